import type { Generated } from 'kysely';

/** Columns of `bundles`; times are RFC 3339. */
export interface BundleTable {
  app_id: string;
  /** SHA-256 of the canonical manifest. */
  id: string;
  /** JSON of the digests of its blocks, in order. */
  blocks: string;
  created_at: string;
  /** When it was last announced. */
  touched_at: string;
  committed_at: string | null;
}

/** Columns of `manifest_blocks`: runs of entries that bundles of an app share. */
export interface ManifestBlockTable {
  app_id: string;
  digest: string;
  /** Canonical JSON of the entries, with commas between and no brackets. */
  entries: string;
}

/** Columns of `packs`: files of the blob store. */
export interface PackTable {
  /** In the order in which they were stored. */
  number: Generated<number>;
  app_id: string;
  id: string;
  /** Size of the file. */
  bytes: number;
  stored_at: string;
  /** What is in it; see `chunk-list.ts`. */
  chunks: Uint8Array;
}
