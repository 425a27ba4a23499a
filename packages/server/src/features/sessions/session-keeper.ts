import { setTimeout as sleep } from 'node:timers/promises';
import type { SessionReport } from '@rig-ops/contract/supervisor-sessions';
import { type Clock, timestampOf } from '../../clock.ts';
import type { Engine } from '../../engines/engine.ts';
import type { EngineMirror } from '../../engines/engine-mirror.ts';
import type { Logger } from '../../logger.ts';
import type { RecordingService } from '../recordings/recording-service.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { SessionRow, SessionStore } from './session-store.ts';

const RETRY_MS = 2_000;
const DAY_MS = 24 * 60 * 60 * 1000;
const PRUNE_EVERY_MS = DAY_MS / 24;

export interface SessionKeeperDeps {
  readonly mirror: Pick<EngineMirror, 'ready' | 'session' | 'sessions' | 'subscribe' | 'forgetSession'>;
  readonly engine: Pick<Engine, 'sessions'>;
  readonly sessions: SessionStore;
  readonly recordings: Pick<RecordingService, 'ended'>;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly log: Logger;
  readonly historyDays: number;
}

/**
 * Notes how sessions end, whoever was there to see it: in the audit log first, then in their history, and only
 * then may the engine forget them. After a restart it finds what has ended meanwhile.
 */
export class SessionKeeper {
  readonly #deps: SessionKeeperDeps;
  /** Those the engine is being asked for: it need not know them yet. */
  readonly #starting = new Set<string>();
  /** When the history was last shortened; the epoch before. */
  #prunedAt = 0;

  constructor(deps: SessionKeeperDeps) {
    this.#deps = deps;
  }

  /** A session is not taken for lost while it is being started. */
  async starting<T>(id: string, start: () => Promise<T>): Promise<T> {
    this.#starting.add(id);
    try {
      return await start();
    } finally {
      this.#starting.delete(id);
    }
  }

  /** Whether it is over, noted or not. */
  hasEnded(id: string): boolean {
    return this.#deps.mirror.session(id)?.state === 'ended';
  }

  /** Goes on until `signal`. */
  async run(signal: AbortSignal): Promise<void> {
    const { log, mirror } = this.#deps;
    let changed = Promise.withResolvers<void>();
    const unsubscribe = mirror.subscribe(() => changed.resolve());
    const stopped = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
      if (signal.aborted) resolve();
    });
    while (!signal.aborted) {
      changed = Promise.withResolvers<void>();
      let failed = false;
      try {
        if (mirror.ready) await this.#look();
      } catch (error) {
        failed = true;
        log.error('The end of a session could not be noted', { error });
      }
      const retry = failed ? [sleep(RETRY_MS, undefined, { signal }).catch(() => undefined)] : [];
      await Promise.race([changed.promise, stopped, ...retry]);
    }
    unsubscribe();
  }

  async #look(): Promise<void> {
    const { clock, historyDays, mirror, sessions } = this.#deps;
    const ended = mirror.sessions().filter(({ state }) => state === 'ended');
    const noted = await Promise.allSettled(ended.map((report) => this.#noteEnd(report)));
    const failure = noted.find(({ status }) => status === 'rejected');
    if (failure !== undefined) throw (failure as PromiseRejectedResult).reason;
    await this.#endUnseen();
    const now = clock.now().getTime();
    if (ended.length === 0 || now - this.#prunedAt < PRUNE_EVERY_MS) return;
    this.#prunedAt = now;
    await sessions.prune(new Date(now - historyDays * DAY_MS).toISOString());
  }

  /** Those of which the engine knows nothing have ended unseen. */
  async #endUnseen(): Promise<void> {
    const { engine, mirror, sessions } = this.#deps;
    const isUnknown = ({ id }: SessionRow) => !this.#starting.has(id) && mirror.session(id) === undefined;
    const unknown = (await sessions.running()).filter(isUnknown);
    if (unknown.length === 0) return;
    // Word of one that has just begun may still be on its way: what the engine says now counts.
    const known = new Set((await engine.sessions()).map(({ spec }) => spec.id));
    for (const { id } of unknown.filter((row) => !known.has(row.id) && isUnknown(row))) {
      const row = await sessions.get(id);
      if (row !== undefined && row.endedAt === null) await this.#end(row, undefined);
    }
  }

  async #noteEnd(report: SessionReport): Promise<void> {
    const { mirror, sessions } = this.#deps;
    const row = await sessions.get(report.spec.id);
    if (row !== undefined && row.endedAt === null) await this.#end(row, report);
    await mirror.forgetSession(report.spec.id);
  }

  async #end(row: SessionRow, report: SessionReport | undefined): Promise<void> {
    const { audit, clock, recordings, sessions } = this.#deps;
    const end = report?.end ?? 'abandoned';
    const endedAt = report?.endedAt ?? timestampOf(clock);
    const exitCode = report?.exitCode ?? null;
    const signal = report?.signal ?? null;
    const bytes = report?.bytes ?? row.bytes;
    const recording = await recordings.ended(row.id, report?.recording ?? null);
    await audit.append({
      user: row.user,
      action: 'session.end',
      target: row.app === null ? `network/${row.network}` : `app/${row.app}`,
      result: end === 'abandoned' ? 'failed' : 'succeeded',
      errorCode: null,
      client: row.client,
      invocationId: row.invocationId,
      requestId: row.requestId ?? row.id,
      details: {
        session: row.id,
        kind: row.kind,
        end,
        exitCode,
        signal,
        bytes,
        ...(recording === undefined ? {} : { recording }),
        seconds: Math.max(0, Date.parse(endedAt) - Date.parse(row.startedAt)) / 1_000,
      },
    });
    await sessions.change(row.id, {
      endedAt,
      end,
      exitCode,
      signal,
      bytes,
      ...(report === undefined
        ? {}
        : {
            lastActiveAt: report.lastActiveAt,
            terminal: report.terminal,
            detached: report.spec.detach,
            containment: report.containment,
          }),
    });
  }
}
