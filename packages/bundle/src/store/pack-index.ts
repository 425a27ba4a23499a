import type { PackedChunk } from '../pack/pack-layout.ts';

/** Where a chunk is found. */
export interface ChunkPlace extends Omit<PackedChunk, 'digest'> {
  packId: string;
}

/** Remembers, per app, which packs there are and where in them a chunk lies. */
export interface PackIndex {
  /** Adds a pack and its chunks at once or not at all; a chunk that is known stays where it was found first. */
  add(appId: string, packId: string, chunks: PackedChunk[]): Promise<void>;
  /** The places of those chunks that are known. */
  find(appId: string, digests: string[]): Promise<Map<string, ChunkPlace>>;
  hasPack(appId: string, packId: string): Promise<boolean>;
  /** Forgets everything of an app; answers the ids of its packs. */
  removeApp(appId: string): Promise<string[]>;
}
