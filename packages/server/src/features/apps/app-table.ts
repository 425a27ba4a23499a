/** Columns of `apps`; times are RFC 3339. */
export interface AppTable {
  id: string;
  name: string;
  network: string;
  created_at: string;
  /** Set while everything of the app is being removed; its name stays taken until that is done. */
  destroying_at: string | null;
}
