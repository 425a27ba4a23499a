import type { Generated } from 'kysely';

/** Columns of `events`; times are RFC 3339. */
export interface EventTable {
  id: Generated<number>;
  at: string;
  /** Name of the app; events outlive it. */
  app: string | null;
  kind: string;
  message: string;
}
