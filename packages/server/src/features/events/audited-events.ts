import { setTimeout as sleep } from 'node:timers/promises';
import type { AuditEvent } from '@rig-ops/contract/resources';
import type { Logger } from '../../logger.ts';
import type { SqlAuditLog } from '../audit/sql-audit-log.ts';
import type { EventLog } from './event-log.ts';
import { toldOfAudit } from './told-of-audit.ts';

export interface AuditedEventsDeps {
  readonly audit: Pick<SqlAuditLog, 'read' | 'onAppended' | 'head'>;
  readonly events: Pick<EventLog, 'appendAudited'>;
  /** The last record that was looked at; undefined on a platform that never did. */
  readonly readPosition: () => Promise<number | undefined>;
  readonly savePosition: (seq: number) => Promise<void>;
  readonly log: Logger;
}

const BATCH = 200;
const RETRY_MS = 2_000;

/**
 * Tells as events what the audit log has of access, configuration, sessions and the like: each once, also when
 * rigd ended between the record and its event. What was before it first ran is not told.
 */
export class AuditedEvents {
  readonly #deps: AuditedEventsDeps;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;
  #saved = 0;

  constructor(deps: AuditedEventsDeps) {
    this.#deps = deps;
  }

  async start(): Promise<void> {
    const { audit, readPosition, savePosition } = this.#deps;
    let position = await readPosition();
    if (position === undefined) {
      position = audit.head.seq;
      await savePosition(position);
    }
    this.#saved = position;
    this.#running ??= this.#run(position);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(from: number): Promise<void> {
    const { audit, log } = this.#deps;
    const { signal } = this.#stop;
    let wake = Promise.withResolvers<void>();
    const end = audit.onAppended(() => wake.resolve());
    const stopped = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    for (let position = from; !signal.aborted; ) {
      wake = Promise.withResolvers<void>();
      try {
        const next = await this.#tell(position);
        if (next > position) {
          position = next;
          continue;
        }
        await Promise.race([wake.promise, stopped]);
      } catch (error) {
        log.error('What the audit log has could not be told as events', { error });
        await sleep(RETRY_MS, undefined, { signal, ref: false }).catch(() => undefined);
      }
    }
    end();
  }

  async #tell(position: number): Promise<number> {
    const { audit, events, savePosition } = this.#deps;
    const records = await audit.read(position, BATCH);
    const last = records.at(-1);
    if (last === undefined) return position;
    let told = 0;
    for (const { seq, record } of records) {
      const audited = JSON.parse(record) as AuditEvent;
      const event = toldOfAudit(audited);
      if (event === undefined) continue;
      await events.appendAudited(seq, audited.at, event);
      told += 1;
    }
    // Looking at records again costs less than writing down that there was nothing in them.
    if (told > 0 || last.seq - this.#saved >= BATCH) {
      await savePosition(last.seq);
      this.#saved = last.seq;
    }
    return last.seq;
  }
}
