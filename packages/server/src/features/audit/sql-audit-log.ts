import { type ChainedRecord, chainRecord, NO_HASH } from '@rig-ops/contract/audit-chain';
import { RigError } from '@rig-ops/contract/errors';
import type { AuditEvent } from '@rig-ops/contract/resources';
import type { Kysely } from 'kysely';
import { type Clock, timestampOf } from '../../clock.ts';
import type { Database } from '../../store/database.ts';
import { limitOf, type Page, pageOf } from '../../store/page.ts';
import { toStoreError } from '../../store/store-error.ts';
import type { AuditLog, AuditQuery, NewAuditEvent } from './audit-log.ts';
import { plainDetails } from './plain-details.ts';
import { selectAuditEvents } from './select-audit-events.ts';

/** Written with one statement and one wait for the disk. */
const MAX_BATCH = 64;
const PRUNE_BATCH = 5_000;

export interface ChainHead {
  /** 0 for an empty chain. */
  readonly seq: number;
  readonly hash: string;
}

interface Waiting {
  readonly event: Omit<AuditEvent, 'id'>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The chain of audit records. One process holds the database, so the newest hash is kept here;
 * events that arrive while others are being written are written together.
 */
export class SqlAuditLog implements AuditLog {
  readonly #db: Kysely<Database>;
  readonly #clock: Clock;
  readonly #listeners = new Set<(head: ChainHead) => void>();
  #head: ChainHead;
  /** Where the chain ends if a write came through whose answer was lost, as with the connection to a server. */
  #doubtful: ChainHead | undefined;
  #waiting: Waiting[] = [];
  #writing = false;

  private constructor(db: Kysely<Database>, clock: Clock, head: ChainHead) {
    this.#db = db;
    this.#clock = clock;
    this.#head = head;
  }

  static async open(db: Kysely<Database>, clock: Clock): Promise<SqlAuditLog> {
    return new SqlAuditLog(db, clock, await readHead(db));
  }

  /** The newest record that is on disk. */
  get head(): ChainHead {
    return this.#head;
  }

  /** Calls `listener` after records were written. @returns what ends it */
  onAppended(listener: (head: ChainHead) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async append(event: NewAuditEvent): Promise<void> {
    await this.appendAt(timestampOf(this.#clock), event);
  }

  /** Takes over an event of another time. */
  async appendAt(at: string, event: NewAuditEvent): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const plain = { ...event, at, target: event.target.toWellFormed(), details: plainDetails(event.details) };
    this.#waiting.push({ event: plain, resolve, reject });
    if (!this.#writing) void this.#writeWaiting();
    await promise;
  }

  async list(query: AuditQuery): Promise<Page<AuditEvent>> {
    const limit = limitOf(query);
    const rows = await selectAuditEvents(this.#db, query)
      .limit(limit + 1)
      .execute();
    const page = pageOf(rows, limit, ({ seq }) => seq);
    return { ...page, items: page.items.map(({ record }) => JSON.parse(record) as AuditEvent) };
  }

  /** Records in the order of the chain, behind `after` and up to `through`. */
  async read(after: number, limit: number, through = Number.MAX_SAFE_INTEGER): Promise<StoredRecord[]> {
    return await this.#db
      .selectFrom('audit_records')
      .select(['seq', 'hash', 'record'])
      .where('seq', '>', after)
      .where('seq', '<=', through)
      .orderBy('seq')
      .limit(limit)
      .execute();
  }

  /** The newest record that is older than a moment; undefined when none is. */
  async newestBefore(at: string): Promise<number | undefined> {
    const row = await this.#db
      .selectFrom('audit_records')
      .select('seq')
      .where('at', '<', at)
      .orderBy('at', 'desc')
      .orderBy('seq', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row?.seq;
  }

  /** Removes the records up to `through`, in parts that leave room for others. */
  async removeThrough(through: number): Promise<void> {
    for (;;) {
      const [first] = await this.read(0, 1, through);
      if (first === undefined) return;
      const upTo = Math.min(through, first.seq + PRUNE_BATCH);
      await this.#db.deleteFrom('audit_records').where('seq', '<=', upTo).execute();
    }
  }

  async #writeWaiting(): Promise<void> {
    this.#writing = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, MAX_BATCH);
      this.#waiting = this.#waiting.slice(MAX_BATCH);
      try {
        await this.#write(batch.map(({ event }) => event));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(toStoreError(error));
      }
    }
    this.#writing = false;
  }

  async #write(events: readonly Omit<AuditEvent, 'id'>[]): Promise<void> {
    await this.#settle();
    let head = this.#head;
    const rows = events.map((event) => {
      const seq = head.seq + 1;
      const link: ChainedRecord = chainRecord(head.hash, { ...event, id: seq });
      head = { seq, hash: link.hash };
      return { seq, ...link };
    });
    try {
      await this.#db.insertInto('audit_records').values(rows).execute();
    } catch (error) {
      this.#doubtful = head;
      if (!(await this.#settle())) throw error;
      return;
    }
    this.#advance(head);
  }

  /**
   * Finds out whether the doubtful write came through: all of it did, or nothing.
   * @throws RigError `database_in_use` when the chain has gone on without this log
   */
  async #settle(): Promise<boolean> {
    const doubtful = this.#doubtful;
    if (doubtful === undefined) return false;
    const last = await readHead(this.#db);
    const [through, nothing] = [isSame(last, doubtful), isSame(last, this.#head)];
    if (!through && !nothing) {
      throw new RigError('database_in_use', 'Another rigd has written to the audit log.');
    }
    this.#doubtful = undefined;
    if (through) this.#advance(doubtful);
    return through;
  }

  #advance(head: ChainHead): void {
    this.#head = head;
    for (const listener of this.#listeners) listener(head);
  }
}

const isSame = (one: ChainHead, other: ChainHead): boolean =>
  one.seq === other.seq && one.hash === other.hash;

async function readHead(db: Kysely<Database>): Promise<ChainHead> {
  const last = await db
    .selectFrom('audit_records')
    .select(['seq', 'hash'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last ?? { seq: 0, hash: NO_HASH };
}

export interface StoredRecord extends ChainedRecord {
  readonly seq: number;
}
