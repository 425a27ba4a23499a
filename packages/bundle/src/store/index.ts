// What a platform needs. Who uploads does without, and without the time it takes to load.
export { BlobStore, type BlobStoreOptions, type DamagedPack } from './blob-store.ts';
export type { FilePart } from './read-files.ts';
export type { ChunkPlace, PackIndex, StoredPack } from './pack-index.ts';
