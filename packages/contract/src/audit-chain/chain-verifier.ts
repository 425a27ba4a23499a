import type { KeyObject } from 'node:crypto';
import type { AuditEvent } from '../resources/audit.ts';
import { canonicalJson } from './canonical-json.ts';
import type { ChainProblem } from './chain-problem.ts';
import { type ChainedRecord, recordHash } from './chained-record.ts';
import { CheckpointList } from './checkpoint-list.ts';
import { type CheckpointStatement, encodePublicKey, readCheckpoint } from './checkpoint.ts';

export type { ChainProblem } from './chain-problem.ts';

/** So many problems are told; of a log that was replaced every record would be one. */
const TOLD_PROBLEMS = 100;

export interface ChainVerdict {
  /** No problem was found. */
  readonly intact: boolean;
  readonly platform: string | null;
  readonly records: { readonly first: number | null; readonly last: number | null; readonly count: number };
  readonly checkpoints: { readonly count: number; readonly lastSeq: number | null };
  /** Records behind the last checkpoint: from here on records could have been cut off without a trace. */
  readonly unsigned: number;
  /** The last record that was removed under a signed statement; null when none was. */
  readonly prunedThrough: number | null;
  /** At most 100. */
  readonly problems: readonly ChainProblem[];
}

/**
 * Checks an audit log while it is read: first all checkpoints, then the records in their order, then
 * {@link ChainVerifier.finish}. Holds checkpoints, never records.
 */
export class ChainVerifier {
  readonly #key: KeyObject;
  readonly #problems: ChainProblem[] = [];
  readonly #checkpoints: CheckpointList;
  /** What record must have which hash, by signed statements. */
  readonly #anchors = new Map<number, string[]>();
  #furthestAnchor = 0;
  #platform: string | null = null;
  #genesis: string | undefined;
  #first: number | null = null;
  #last: { seq: number; hash: string } | undefined;
  #count = 0;
  /** Number of the newest checkpoint that a record of the platform's start speaks of. */
  #claimedCheckpoint = 0;
  /** The last record that a checkpoint was found to agree with. */
  #agreed = 0;
  #begun = false;

  constructor(publicKey: KeyObject) {
    this.#key = publicKey;
    this.#checkpoints = new CheckpointList(publicKey, (problem) => this.#report(problem));
  }

  addCheckpoint(line: string): void {
    this.#checkpoints.add(line);
  }

  /** Takes a checkpoint of an earlier time into account, which an attacker could not reach. */
  addWitness(line: string): void {
    const read = readCheckpoint(line, this.#key);
    if (read?.genuine === true) this.#anchor(read.statement);
    else {
      this.#report({
        kind: 'checkpoint_forged',
        seq: read?.statement.seq ?? null,
        message: 'A checkpoint it is compared with was not signed by the key.',
      });
    }
  }

  addRecord(link: ChainedRecord): void {
    this.#begin();
    this.#count += 1;
    const event = readEvent(link.record);
    const expected = this.#last === undefined ? undefined : this.#last.seq + 1;
    const seq = event?.id ?? expected ?? 1;
    if (event === undefined) {
      this.#report({
        kind: 'unreadable',
        seq,
        message: `Record ${seq} was altered: it is not in its canonical form.`,
      });
    }
    const previous = this.#previousOf(seq);
    if (previous !== undefined && recordHash(previous, link.record) !== link.hash) this.#reportAltered(seq);
    this.#compareWithAnchors(seq, link.hash);
    if (event !== undefined) this.#readClaims(event, link);
    if (this.#last === undefined || seq > this.#last.seq) this.#last = { seq, hash: link.hash };
  }

  finish(): ChainVerdict {
    this.#begin();
    const last = this.#last?.seq ?? 0;
    if (this.#furthestAnchor > last) {
      this.#report({
        kind: 'tail_missing',
        seq: last + 1,
        message: `The tail is missing: a checkpoint covers record ${this.#furthestAnchor}, and ${
          last === 0 ? 'there are no records' : `the last there is is ${last}`
        }.`,
      });
    }
    if (last === 0 && this.#furthestAnchor === 0) {
      this.#report({ kind: 'missing', seq: 1, message: 'There are no records; every log has a first one.' });
    }
    const newest = this.#checkpoints.statements.at(-1)?.number ?? 0;
    if (this.#claimedCheckpoint > newest) {
      this.#report({
        kind: 'checkpoint_missing',
        seq: null,
        message: `The records speak of checkpoint ${this.#claimedCheckpoint}; the last there is is ${newest}.`,
      });
    }
    const pruned = this.#checkpoints.beginnings.at(-1)?.seq ?? 0;
    const covered = this.#checkpoints.furthest?.seq ?? null;
    return {
      intact: this.#problems.length === 0,
      platform: this.#platform,
      records: { first: this.#first, last: this.#last?.seq ?? null, count: this.#count },
      checkpoints: { count: this.#checkpoints.statements.length, lastSeq: covered },
      unsigned: Math.max(0, last - Math.max(covered ?? 0, pruned)),
      prunedThrough: pruned === 0 ? null : pruned,
      problems: this.#problems,
    };
  }

  #begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    this.#checkpoints.finish();
    for (const statement of this.#checkpoints.statements) this.#anchor(statement);
  }

  #anchor(statement: CheckpointStatement): void {
    const { seq, hash, platform, genesis } = statement;
    this.#anchors.set(seq, [...(this.#anchors.get(seq) ?? []), hash]);
    this.#furthestAnchor = Math.max(this.#furthestAnchor, seq);
    this.#platform ??= platform;
    this.#genesis ??= genesis;
    if (platform === this.#platform && genesis === this.#genesis) return;
    this.#report({
      kind: 'checkpoint_contradicts',
      seq,
      message: `The checkpoint at record ${seq} is one of another log.`,
    });
  }

  /** The hash a record stands behind; undefined where that cannot be known. */
  #previousOf(seq: number): string | undefined {
    const last = this.#last;
    if (last === undefined) {
      this.#first = seq;
      const { beginnings } = this.#checkpoints;
      const beginning = beginnings.find((place) => place.seq === seq - 1);
      if (beginning !== undefined) {
        this.#agreed = beginning.seq;
        return beginning.hash;
      }
      const from = (beginnings.findLast((place) => place.seq < seq)?.seq ?? 0) + 1;
      this.#reportMissing(from, seq - 1);
      return undefined;
    }
    if (seq === last.seq + 1) return last.hash;
    if (seq > last.seq) {
      this.#reportMissing(last.seq + 1, seq - 1);
      return undefined;
    }
    this.#report({
      kind: 'out_of_order',
      seq,
      message: `Record ${seq} stands behind record ${last.seq}: it was inserted or moved.`,
    });
    return undefined;
  }

  #reportMissing(from: number, to: number): void {
    this.#report({
      kind: 'missing',
      seq: from,
      message: from >= to ? `Record ${from} is missing.` : `The records ${from} to ${to} are missing.`,
    });
  }

  #reportAltered(seq: number): void {
    this.#report({
      kind: 'altered',
      seq,
      message: `Record ${seq} was altered, or its link to the one before: its hash is not that of its content.`,
    });
  }

  #compareWithAnchors(seq: number, hash: string): void {
    const anchors = this.#anchors.get(seq);
    if (anchors === undefined) return;
    if (anchors.every((anchor) => anchor === hash)) {
      this.#agreed = Math.max(this.#agreed, seq);
      return;
    }
    this.#report({
      kind: 'rewritten',
      seq,
      message: `The records ${this.#agreed + 1} to ${seq} are not those that the checkpoint at ${seq} covers: one or more were rewritten.`,
    });
  }

  #readClaims({ id, action, details }: AuditEvent, { hash }: ChainedRecord): void {
    if (id === 1) this.#checkGenesis(details, hash);
    const { checkpoint } = details;
    if (action === 'audit.open' && typeof checkpoint === 'number')
      this.#claimedCheckpoint = Math.max(this.#claimedCheckpoint, checkpoint);
  }

  #checkGenesis({ platform, publicKey }: AuditEvent['details'], hash: string): void {
    if (publicKey !== encodePublicKey(this.#key)) {
      this.#report({
        kind: 'key_mismatch',
        seq: 1,
        message: 'The log was begun with another key than the one it is checked with.',
      });
    }
    this.#platform ??= typeof platform === 'string' ? platform : null;
    if (platform !== this.#platform || (this.#genesis !== undefined && this.#genesis !== hash)) {
      this.#report({
        kind: 'rewritten',
        seq: 1,
        message: 'Record 1 is not the one the checkpoints were made for.',
      });
    }
  }

  #report(problem: ChainProblem): void {
    if (this.#problems.length < TOLD_PROBLEMS) this.#problems.push(problem);
  }
}

/** Undefined for a text that is not an event in its one canonical form. */
function readEvent(text: string): AuditEvent | undefined {
  try {
    const event = JSON.parse(text) as AuditEvent;
    const whole = Number.isSafeInteger(event.id) && event.id > 0 && typeof event.details === 'object';
    return whole && event.details !== null && canonicalJson(event) === text ? event : undefined;
  } catch {
    return undefined;
  }
}
