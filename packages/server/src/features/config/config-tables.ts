/** Columns of `config_sets`: immutable sets of variables; times are RFC 3339. */
export interface ConfigSetTable {
  id: string;
  app_id: string;
  /** The set it was made of; null for the first. */
  parent_id: string | null;
  /** JSON of `SealedVariable[]`, by name. */
  variables: string;
  created_by: string;
  created_at: string;
}

/** Columns of `app_configs`: the set that the next release of an app gets. */
export interface AppConfigTable {
  app_id: string;
  config_id: string | null;
}
