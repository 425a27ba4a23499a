import type { PackedChunk } from '../pack/pack-layout.ts';

/** Where a chunk is found. */
export interface ChunkPlace extends Omit<PackedChunk, 'digest'> {
  packId: string;
}

/** A pack that is stored. */
export interface StoredPack {
  id: string;
  /** Size of its file. */
  bytes: number;
  /** When it was stored first, RFC 3339. */
  storedAt: string;
}

/** Remembers, per app, which packs there are and where in their content a chunk lies. */
export interface PackIndex {
  /** Adds a pack and its chunks at once or not at all; a chunk that is known stays where it was found first. */
  add(appId: string, pack: StoredPack, chunks: readonly PackedChunk[]): Promise<void>;
  /** The places of those chunks that are known. */
  find(appId: string, digests: Iterable<string>): Promise<Map<string, ChunkPlace>>;
  /** Those that are not known, in their order. */
  missing(appId: string, digests: Iterable<string>): Promise<Set<string>>;
  hasPack(appId: string, packId: string): Promise<boolean>;
  packs(appId: string): Promise<StoredPack[]>;
  /** Ids of the packs that are where one of these chunks is found. */
  packsHolding(appId: string, digests: Iterable<string>): Promise<Set<string>>;
  /** Forgets packs and what is found in them. */
  removePacks(appId: string, packIds: readonly string[]): Promise<void>;
  /** Forgets everything of an app; answers the ids of its packs. */
  removeApp(appId: string): Promise<string[]>;
}
