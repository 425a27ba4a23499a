/** Columns of `bundles`; times are RFC 3339. */
export interface BundleTable {
  app_id: string;
  /** SHA-256 of the canonical manifest. */
  id: string;
  /** JSON of the manifest. */
  manifest: string;
  created_at: string;
  committed_at: string | null;
}

/** Columns of `packs`: files of the blob store. */
export interface PackTable {
  app_id: string;
  id: string;
}

/** Columns of `chunks`: where in which pack a chunk lies. */
export interface ChunkTable {
  app_id: string;
  digest: string;
  pack_id: string;
  offset: number;
  size: number;
  stored_size: number;
}
