import type { PackedChunk } from '../pack/pack-layout.ts';
import type { ChunkPlace, PackIndex } from '../store/pack-index.ts';

/** A pack index in memory. */
export class FakePackIndex implements PackIndex {
  readonly #apps = new Map<string, { packs: Set<string>; chunks: Map<string, ChunkPlace> }>();

  async add(appId: string, packId: string, chunks: PackedChunk[]): Promise<void> {
    const app = this.#apps.get(appId) ?? { packs: new Set(), chunks: new Map() };
    this.#apps.set(appId, app);
    app.packs.add(packId);
    for (const { digest, ...place } of chunks) {
      if (!app.chunks.has(digest)) app.chunks.set(digest, { packId, ...place });
    }
  }

  async find(appId: string, digests: string[]): Promise<Map<string, ChunkPlace>> {
    const known = this.#apps.get(appId)?.chunks;
    const found = new Map<string, ChunkPlace>();
    for (const digest of digests) {
      const place = known?.get(digest);
      if (place !== undefined) found.set(digest, place);
    }
    return found;
  }

  async hasPack(appId: string, packId: string): Promise<boolean> {
    return this.#apps.get(appId)?.packs.has(packId) ?? false;
  }

  async removeApp(appId: string): Promise<string[]> {
    const packs = [...(this.#apps.get(appId)?.packs ?? [])];
    this.#apps.delete(appId);
    return packs;
  }
}
