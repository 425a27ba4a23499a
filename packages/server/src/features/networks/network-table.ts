/** Columns of `networks`; times are RFC 3339. */
export interface NetworkTable {
  name: string;
  created_at: string;
  /** Null for the default one. */
  created_by: string | null;
}
