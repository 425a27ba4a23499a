import type { PackedChunk } from '../pack/pack-layout.ts';
import type { ChunkPlace, PackIndex, StoredPack } from '../store/pack-index.ts';

interface App {
  packs: Map<string, StoredPack>;
  chunks: Map<string, ChunkPlace>;
}

/** A pack index in memory. */
export class FakePackIndex implements PackIndex {
  readonly #apps = new Map<string, App>();

  async add(appId: string, pack: StoredPack, chunks: readonly PackedChunk[]): Promise<void> {
    const app = this.#apps.get(appId) ?? { packs: new Map(), chunks: new Map() };
    this.#apps.set(appId, app);
    if (!app.packs.has(pack.id)) app.packs.set(pack.id, pack);
    for (const { digest, offset, size } of chunks) {
      if (!app.chunks.has(digest)) app.chunks.set(digest, { packId: pack.id, offset, size });
    }
  }

  async find(appId: string, digests: Iterable<string>): Promise<Map<string, ChunkPlace>> {
    const known = this.#apps.get(appId)?.chunks;
    const found = new Map<string, ChunkPlace>();
    for (const digest of digests) {
      const place = known?.get(digest);
      if (place !== undefined) found.set(digest, place);
    }
    return found;
  }

  /** Where all chunks of an app are. */
  places(appId: string): ReadonlyMap<string, ChunkPlace> {
    return this.#apps.get(appId)?.chunks ?? new Map<string, ChunkPlace>();
  }

  async missing(appId: string, digests: Iterable<string>): Promise<Set<string>> {
    const known = this.#apps.get(appId)?.chunks;
    return new Set([...digests].filter((digest) => known?.has(digest) !== true));
  }

  async hasPack(appId: string, packId: string): Promise<boolean> {
    return this.#apps.get(appId)?.packs.has(packId) ?? false;
  }

  async packs(appId: string): Promise<StoredPack[]> {
    return [...(this.#apps.get(appId)?.packs.values() ?? [])];
  }

  async packsHolding(appId: string, digests: Iterable<string>): Promise<Set<string>> {
    return new Set([...(await this.find(appId, digests)).values()].map(({ packId }) => packId));
  }

  async removePacks(appId: string, packIds: readonly string[]): Promise<void> {
    const app = this.#apps.get(appId);
    for (const id of packIds) app?.packs.delete(id);
    for (const [digest, { packId }] of app?.chunks ?? []) {
      if (packIds.includes(packId)) app?.chunks.delete(digest);
    }
  }

  async removeApp(appId: string): Promise<string[]> {
    const packs = [...(this.#apps.get(appId)?.packs.keys() ?? [])];
    this.#apps.delete(appId);
    return packs;
  }
}
