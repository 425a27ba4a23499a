import { NO_HASH, recordHash } from '@rig-ops/contract/audit-chain';
import type { Kysely } from 'kysely';
import type { Database } from '../database.ts';

const RECORDS_AT_ONCE = 500;

export interface ChainFound {
  /** How many records there are. */
  readonly records: number;
  /** Number of the first record that does not follow from the one before; null when all do. */
  readonly brokenAt: number | null;
}

/** Computes the chain of the audit log anew, from the first record that is kept. */
export async function checkAuditChain(db: Kysely<Database>): Promise<ChainFound> {
  let records = 0;
  let brokenAt: number | null = null;
  // What stood in front of the first one may have been pruned: a checkpoint tells about it.
  let last: { seq: number; hash: string } | undefined;
  for (;;) {
    const rows = await db
      .selectFrom('audit_records')
      .select(['seq', 'hash', 'record'])
      .where('seq', '>', last?.seq ?? 0)
      .orderBy('seq')
      .limit(RECORDS_AT_ONCE)
      .execute();
    for (const row of rows) {
      if (row.seq === 1) last = { seq: 0, hash: NO_HASH };
      if (last !== undefined && (row.seq !== last.seq + 1 || recordHash(last.hash, row.record) !== row.hash))
        brokenAt ??= row.seq;
      last = { seq: row.seq, hash: row.hash };
    }
    records += rows.length;
    if (rows.length < RECORDS_AT_ONCE) return { records, brokenAt };
  }
}
