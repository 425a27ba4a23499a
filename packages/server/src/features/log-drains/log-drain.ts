import { join } from 'node:path';
import { parseCursor } from '@rig-ops/contract/log-record';
import type { LogDrain } from '@rig-ops/contract/resources';
import type { Clock } from '../../clock.ts';
import { DrainPump } from '../../drains/drain-pump.ts';
import type { DrainSink } from '../../drains/drain-sink.ts';
import type { AppRecord } from '../apps/app-store.ts';
import type { LogDrainStore, LogPositions, StoredLogDrain } from './log-drain-store.ts';
import { endOfLog, sourceOfLog } from './log-source.ts';

/** Logs of an app that are sent: what it prints, and the requests to it. */
export const logsOf = (app: Pick<AppRecord, 'id'>): string[] => [`apps/${app.id}`, `edge/${app.id}`];

export interface RunningLogDrainDeps {
  readonly store: LogDrainStore;
  readonly sink: DrainSink;
  /** Folder of all logs. */
  readonly folder: string;
  readonly clock: Clock;
}

/** Sends every log of a drain's target, each behind its own cursor. */
export class RunningLogDrain {
  readonly drain: StoredLogDrain;
  readonly sink: DrainSink;
  readonly #deps: RunningLogDrainDeps;
  readonly #positions: LogPositions;
  readonly #pumps = new Map<string, DrainPump<string>>();
  #isStopped = false;

  constructor(drain: StoredLogDrain, positions: LogPositions, deps: RunningLogDrainDeps) {
    this.drain = drain;
    this.sink = deps.sink;
    this.#deps = deps;
    this.#positions = positions;
  }

  /** Sends the logs of these apps from now on, and of no others; does nothing once it was stopped. */
  async retain(apps: readonly AppRecord[]): Promise<void> {
    if (this.#isStopped) return;
    const wanted = new Map(apps.flatMap((app) => logsOf(app).map((log) => [log, app] as const)));
    for (const [log, pump] of this.#pumps) {
      if (wanted.has(log)) continue;
      this.#pumps.delete(log);
      await pump.stop();
      await this.#deps.store.forget(this.drain.name, log);
    }
    for (const [log, app] of wanted) if (!this.#isStopped && !this.#pumps.has(log)) this.#start(log, app);
  }

  #start(log: string, app: AppRecord): void {
    const { store, sink, folder, clock } = this.#deps;
    const pump = new DrainPump<string>({
      source: sourceOfLog({ dir: join(folder, log), app: app.name, network: app.network }),
      sink,
      // An app that came after the drain is sent from its first line.
      position: this.#positions[log] ?? '',
      savePosition: (position) => store.savePosition(this.drain.name, log, position),
      clock,
    });
    this.#pumps.set(log, pump);
    pump.start();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all([...this.#pumps.values()].map((pump) => pump.stop()));
  }

  /** Attempts that failed since the last that did not; of all its logs the most. */
  get failures(): number {
    return Math.max(0, ...[...this.#pumps.values()].map(({ state }) => state.failures));
  }

  async describe(): Promise<LogDrain> {
    const { name, target, url, headers, allowPrivate, createdAt } = this.drain;
    const states = [...this.#pumps.values()].map(({ state }) => state);
    const worst = states.toSorted((a, b) => b.failures - a.failures)[0];
    const sent = states.flatMap(({ lastSentAt }) => lastSentAt ?? []).toSorted();
    return {
      name,
      target,
      url,
      headerNames: Object.keys(headers),
      allowPrivate,
      createdAt,
      logs: states.length,
      lag: await this.#lag(),
      lastSentAt: sent.at(-1) ?? null,
      failures: this.failures,
      rejected: states.reduce((sum, { rejected }) => sum + rejected, 0),
      lastError: worst?.lastError ?? null,
    };
  }

  async #lag(): Promise<number> {
    let lag = 0;
    for (const [log, { state }] of this.#pumps) {
      const end = await endOfLog(join(this.#deps.folder, log));
      lag += Math.max(0, (end?.seq ?? 0) - (parseCursor(state.position)?.seq ?? 0));
    }
    return lag;
  }
}
