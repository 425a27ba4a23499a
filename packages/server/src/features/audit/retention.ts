import type { AuditRetention } from '@rig-ops/contract/resources';
import type { Kysely } from 'kysely';
import type { Clock } from '../../clock.ts';
import type { Logger } from '../../logger.ts';
import type { Database } from '../../store/database.ts';
import { readSetting, writeSetting } from '../../store/settings.ts';
import { ownEvent } from './begin-chain.ts';
import type { CheckpointKeeper } from './checkpoint-keeper.ts';
import type { SqlAuditLog } from './sql-audit-log.ts';

/** A year and a bit, so that last year's audit can still be made; about 400 MB of the records of usual length. */
const DEFAULT: AuditRetention = { days: 400, records: 500_000 };
const CHECK_EVERY_MS = 60 * 60_000;
const DAY_MS = 24 * 60 * 60_000;
/** What a drain has yet to send is kept, up to so many times the number of records. */
const DRAIN_PATIENCE = 2;

export interface RetentionDeps {
  readonly db: Kysely<Database>;
  readonly log: SqlAuditLog;
  readonly keeper: CheckpointKeeper;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Removes old records, and only under a signed statement of how many there were and where the chain goes on. */
export class Retention {
  readonly #deps: RetentionDeps;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  /** Up to where every drain has sent. */
  #drained: () => number = () => Number.MAX_SAFE_INTEGER;

  constructor(deps: RetentionDeps) {
    this.#deps = deps;
  }

  /** Has records wait for those who are still to be sent them. */
  waitFor(drained: () => number): void {
    this.#drained = drained;
  }

  async read(): Promise<AuditRetention> {
    const text = await readSetting(this.#deps.db, 'audit_retention');
    return text === undefined ? DEFAULT : (JSON.parse(text) as AuditRetention);
  }

  async change(retention: AuditRetention): Promise<void> {
    await writeSetting(this.#deps.db, 'audit_retention', JSON.stringify(retention));
    this.#pruneInBackground();
  }

  /** Finishes what a kill may have cut short, and looks once an hour from then on. */
  async start(): Promise<void> {
    await this.#remove(this.#deps.keeper.prunedThrough);
    this.#pruneInBackground();
    this.#timer = setInterval(() => this.#pruneInBackground(), CHECK_EVERY_MS);
    this.#timer.unref();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  /** @returns how many records were removed */
  async prune(): Promise<number> {
    const { log, keeper, clock } = this.#deps;
    const { days, records } = await this.read();
    const oldest = new Date(clock.now().getTime() - days * DAY_MS).toISOString();
    const tooOld = (await log.newestBefore(oldest)) ?? 0;
    const wanted = Math.max(tooOld, log.head.seq - records);
    const allowed = Math.max(this.#drained(), log.head.seq - records * DRAIN_PATIENCE);
    // Something has to be left for the chain to go on from.
    const through = keeper.newestCovered(Math.min(wanted, allowed, log.head.seq - 1));
    const before = keeper.prunedThrough;
    if (through <= before) return 0;
    // The statement first: a kill now leaves records that are allowed to go, and the next start removes them.
    await keeper.signPrune(through);
    await this.#remove(through);
    await log.append(ownEvent('audit.prune', { through, removed: through - before, days, records }));
    return through - before;
  }

  async #remove(through: number): Promise<void> {
    const { log, keeper } = this.#deps;
    await log.removeThrough(through);
    // Last, since they say where the records that were still there may begin.
    await keeper.forgetPruned();
  }

  #pruneInBackground(): void {
    this.#running = this.#running
      .then(() => this.prune())
      .then(
        () => undefined,
        (error: unknown) => {
          this.#deps.logger.error('Old audit records could not be removed', { error });
        },
      );
  }
}
