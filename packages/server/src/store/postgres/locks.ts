/**
 * Advisory locks of rigd: a number of ours, and that of the schema which the tables are in, so that platforms in
 * schemas of one database do not meet. https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
 */
const SPACE = 0x72_69_67_00;

/** Arguments of `pg_advisory_lock` and its kin. */
export interface LockKeys {
  /** Held by the one rigd, by a connection that does nothing else. */
  readonly soleUser: string;
  /** Held by every connection that works for a rigd, shared: while one is there, another rigd does not begin. */
  readonly worker: string;
  /** Held by the one transaction that is under way. */
  readonly transaction: string;
}

export function lockKeysOf(schemaOid: number): LockKeys {
  // An oid has no sign, the argument has.
  const key = (kind: number) => `(${SPACE + kind}, ${schemaOid | 0})`;
  return { soleUser: key(1), worker: key(2), transaction: key(3) };
}
