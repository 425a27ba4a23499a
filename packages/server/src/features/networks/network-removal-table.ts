/** Columns of `network_removals`; times are RFC 3339. */
export interface NetworkRemovalTable {
  name: string;
  /** Name of the engine that its apps ran on. */
  engine: string;
  /** Of its own; null for that of the platform, and for an engine without clusters. */
  cluster: string | null;
  created_at: string;
}
