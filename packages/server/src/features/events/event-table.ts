import type { Generated } from 'kysely';

/** Columns of `events`; times are RFC 3339. */
export interface EventTable {
  id: Generated<number>;
  at: string;
  /** Name of the app; events outlive it. */
  app: string | null;
  /** That the app was in; null for the platform, and for events of older versions. */
  network: Generated<string | null>;
  kind: string;
  /** Who did it. */
  actor: Generated<string | null>;
  message: string;
  /** JSON object. */
  details: Generated<string>;
  /** The audit record it was made of. */
  audit_seq: Generated<number | null>;
}
