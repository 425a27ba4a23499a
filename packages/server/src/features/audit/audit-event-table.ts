import type { Generated } from 'kysely';

/** Columns of `audit_events`; times are RFC 3339. Rows never change. */
export interface AuditEventTable {
  id: Generated<number>;
  at: string;
  user: string;
  action: string;
  target: string;
  result: 'started' | 'succeeded' | 'refused' | 'failed';
  error_code: string | null;
  /** Address, or `local`. */
  client: string;
  invocation_id: string | null;
  request_id: string;
  /** JSON object. */
  details: string;
}
