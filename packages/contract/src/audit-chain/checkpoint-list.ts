import type { KeyObject } from 'node:crypto';
import type { ChainProblem } from './chain-problem.ts';
import { NO_HASH } from './chained-record.ts';
import { type CheckpointStatement, hashOfCheckpoint, readCheckpoint } from './checkpoint.ts';

/** The checkpoints of one platform, checked against the key and one another. */
export class CheckpointList {
  readonly #key: KeyObject;
  readonly #report: (problem: ChainProblem) => void;
  /** Genuine ones, in their order. */
  readonly #statements: CheckpointStatement[] = [];
  #lines = 0;
  /** A prune looks back, so the newest statement need not reach furthest. */
  #furthest = 0;
  #previous: { line: string; statement: CheckpointStatement } | undefined;

  constructor(key: KeyObject, report: (problem: ChainProblem) => void) {
    this.#key = key;
    this.#report = report;
  }

  get statements(): readonly CheckpointStatement[] {
    return this.#statements;
  }

  /** The one that covers most. */
  get furthest(): CheckpointStatement | undefined {
    return this.#statements.findLast(({ seq }) => seq === this.#furthest);
  }

  /** Places behind which the chain may begin, the earliest first; 0 is its true beginning. */
  get beginnings(): readonly { seq: number; hash: string }[] {
    const pruned = this.#statements.filter(({ type }) => type === 'prune');
    return [{ seq: 0, hash: NO_HASH }, ...pruned.map(({ seq, hash }) => ({ seq, hash }))];
  }

  add(line: string): void {
    this.#lines += 1;
    const read = readCheckpoint(line, this.#key);
    if (read === undefined || !read.genuine) {
      const number = read?.statement.number ?? this.#lines;
      this.#report({
        kind: 'checkpoint_forged',
        seq: read?.statement.seq ?? null,
        message: `Checkpoint ${number} was not signed by the key, or was altered afterwards.`,
      });
      return;
    }
    const { statement } = read;
    this.#compareWithPrevious(statement);
    this.#previous = { line, statement };
    this.#statements.push(statement);
    this.#furthest = Math.max(this.#furthest, statement.seq);
  }

  /** Checks that nothing was taken away at the front: it may only be what a prune has covered. */
  finish(): void {
    const [first] = this.#statements;
    if (first === undefined || (first.number === 1 && first.previous === NO_HASH)) return;
    if (this.#statements.some(({ type, seq }) => type === 'prune' && seq === first.seq)) return;
    this.#report({
      kind: 'checkpoint_missing',
      seq: null,
      message: `The checkpoints before number ${first.number} are missing.`,
    });
  }

  #compareWithPrevious(statement: CheckpointStatement): void {
    const before = this.#previous;
    if (before === undefined) return;
    const follows =
      statement.number === before.statement.number + 1 &&
      statement.previous === hashOfCheckpoint(before.line);
    if (!follows) {
      this.#report({
        kind: 'checkpoint_missing',
        seq: null,
        message: `Between the checkpoints ${before.statement.number} and ${statement.number} something is missing or out of order.`,
      });
    }
    const agrees =
      statement.platform === before.statement.platform &&
      statement.genesis === before.statement.genesis &&
      (statement.type === 'prune' || statement.seq >= this.#furthest);
    if (!agrees) {
      this.#report({
        kind: 'checkpoint_contradicts',
        seq: statement.seq,
        message: `Checkpoint ${statement.number} contradicts the one before: the log was rewritten or put back to an older state.`,
      });
    }
  }
}
