import type { Generated } from 'kysely';

/** Columns of `networks`; times are RFC 3339. */
export interface NetworkTable {
  name: string;
  created_at: string;
  /** Null for the default one. */
  created_by: string | null;
  /** Name of the engine that its apps run on. */
  engine: Generated<string>;
  /** 1 for one that takes the engine of the platform, as long as it is empty when that changes. */
  follows: Generated<number>;
  /** Where the engine runs on clusters: which one. */
  cluster: string | null;
}
