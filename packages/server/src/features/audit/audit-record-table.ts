import type { GeneratedAlways } from 'kysely';

/** Columns of `audit_records`: the chain. Rows never change; the oldest are removed under a signed statement. */
export interface AuditRecordTable {
  /** `id` of the event. */
  seq: number;
  hash: string;
  /** The event in canonical JSON; the columns below are computed from it. */
  record: string;
  at: GeneratedAlways<string>;
  user: GeneratedAlways<string>;
  action: GeneratedAlways<string>;
  target: GeneratedAlways<string>;
  result: GeneratedAlways<string>;
  session: GeneratedAlways<string | null>;
}
