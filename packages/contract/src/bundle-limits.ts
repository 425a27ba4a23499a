/** Size of one chunk of a large file, in bytes; a smaller file is one chunk. */
export const CHUNK_BYTES = 8 * 1024 * 1024;

/** Entries in one block of a manifest at the most. */
export const MANIFEST_BLOCK_ENTRIES = 512;

/** Hard limits of a bundle, checked by the client before the upload and by the platform on arrival. */
export const BUNDLE_LIMITS = {
  entries: 200_000,
  totalBytes: 4 * 1024 * 1024 * 1024,
  pathBytes: 1024,
  depth: 64,
  /** Largest canonical manifest, in bytes; about 250 per entry with paths of usual length. */
  manifestBytes: 64 * 1024 * 1024,
  /** Largest pack on the wire, in bytes. */
  packBytes: 16 * 1024 * 1024,
} as const;
