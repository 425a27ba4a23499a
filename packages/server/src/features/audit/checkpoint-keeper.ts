import {
  type CheckpointStatement,
  hashOfCheckpoint,
  NO_HASH,
  signCheckpoint,
} from '@rig-ops/contract/audit-chain';
import { type Clock, timestampOf } from '../../clock.ts';
import type { Logger } from '../../logger.ts';
import type { AuditKey } from './audit-key.ts';
import type { CheckpointFile } from './checkpoint-file.ts';
import type { ChainHead, SqlAuditLog } from './sql-audit-log.ts';

/** So many records at most are without a signature behind them, … */
const RECORDS_BETWEEN = 500;
/** … and for so long at most. */
const TIME_BETWEEN_MS = 5 * 60_000;

export interface CheckpointKeeperDeps {
  readonly log: SqlAuditLog;
  readonly file: CheckpointFile;
  readonly key: AuditKey;
  /** Id of the platform and hash of its first record. */
  readonly identity: { readonly platform: string; readonly genesis: string };
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Signs where the chain has come to: after so many records, after so much time, at the end, and when asked. */
export class CheckpointKeeper {
  readonly #deps: CheckpointKeeperDeps;
  #last: CheckpointStatement | undefined;
  #signedThrough: number;
  #queue: Promise<unknown> = Promise.resolve();
  #stop: (() => void) | undefined;
  #inBackground = false;

  constructor(deps: CheckpointKeeperDeps) {
    this.#deps = deps;
    const statements = deps.file.lines.map(statementOf);
    this.#last = statements.at(-1);
    this.#signedThrough = Math.max(0, ...statements.map(({ seq }) => seq));
  }

  /** Number of the newest checkpoint; 0 before the first. */
  get newest(): number {
    return this.#last?.number ?? 0;
  }

  start(): void {
    const timer = setInterval(() => this.#signInBackground(), TIME_BETWEEN_MS);
    timer.unref();
    const end = this.#deps.log.onAppended(({ seq }) => {
      if (seq >= this.#signedThrough + RECORDS_BETWEEN) this.#signInBackground();
    });
    this.#stop = () => {
      clearInterval(timer);
      end();
    };
  }

  /** Signs the newest record unless it is signed already. @returns the seq that is covered now */
  async sign(): Promise<number> {
    return await this.#inTurn(async () => {
      const { head } = this.#deps.log;
      if (head.seq > this.#signedThrough) await this.#write('checkpoint', head);
      return Math.max(head.seq, this.#signedThrough);
    });
  }

  /** States that the records up to a signed one are removed. */
  async signPrune(seq: number): Promise<void> {
    await this.#inTurn(async () => {
      const covering = this.#deps.file.lines.map(statementOf).find((statement) => statement.seq === seq);
      if (covering === undefined) throw new Error(`No checkpoint covers record ${seq}`);
      await this.#write('prune', covering);
    });
  }

  /** Leaves out the checkpoints of records that are gone. */
  async forgetPruned(): Promise<void> {
    await this.#inTurn(async () => {
      const { file } = this.#deps;
      const through = this.prunedThrough;
      const kept = file.lines.findIndex((line) => statementOf(line).seq === through);
      if (through > 0 && kept > 0) await file.dropFirst(kept);
    });
  }

  /** The records a prune has declared removed, which may still be there if rigd was killed before. */
  get prunedThrough(): number {
    const prunes = this.#deps.file.lines.map(statementOf).filter(({ type }) => type === 'prune');
    return Math.max(0, ...prunes.map(({ seq }) => seq));
  }

  /** The newest record up to `limit` that a checkpoint covers. */
  newestCovered(limit: number): number {
    const covered = this.#deps.file.lines.map((line) => statementOf(line).seq).filter((seq) => seq <= limit);
    return Math.max(0, ...covered);
  }

  /** Signs for the last time. */
  async close(): Promise<void> {
    this.#stop?.();
    await this.sign().catch((error: unknown) => this.#tell(error));
  }

  async #write(type: CheckpointStatement['type'], { seq, hash }: ChainHead): Promise<void> {
    const { file, key, identity, clock } = this.#deps;
    const before = file.lines.at(-1);
    const statement: CheckpointStatement = {
      type,
      number: this.newest + 1,
      previous: before === undefined ? NO_HASH : hashOfCheckpoint(before),
      ...identity,
      at: timestampOf(clock),
      seq,
      hash,
    };
    await file.append(signCheckpoint(statement, key.privateKey));
    this.#last = statement;
    this.#signedThrough = Math.max(this.#signedThrough, seq);
  }

  #signInBackground(): void {
    if (this.#inBackground) return;
    this.#inBackground = true;
    this.sign()
      .catch((error: unknown) => this.#tell(error))
      .finally(() => {
        this.#inBackground = false;
      });
  }

  #tell(error: unknown): void {
    this.#deps.logger.error('A checkpoint of the audit log could not be written', { error });
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work);
    this.#queue = turn.catch(() => undefined);
    return await turn;
  }
}

/** Lines of our own file; what somebody else made of one shows when it is verified. */
function statementOf(line: string): CheckpointStatement {
  try {
    const { statement } = JSON.parse(line) as { statement: CheckpointStatement };
    if (Number.isSafeInteger(statement.seq) && Number.isSafeInteger(statement.number)) return statement;
  } catch {
    // Falls through.
  }
  return { type: 'checkpoint', number: 0, previous: '', platform: '', genesis: '', at: '', seq: 0, hash: '' };
}
