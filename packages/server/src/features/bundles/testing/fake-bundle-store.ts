import { joinManifest, type ManifestBlock, splitManifest } from '@rig-ops/bundle';
import type { BundleManifest } from '@rig-ops/contract/bundle-manifest';
import type { BundleRecord, BundleStore, BundleSummary } from '../bundle-store.ts';

interface Kept extends BundleSummary {
  blocks: readonly Pick<ManifestBlock, 'digest' | 'text'>[];
}

/** Keeps the manifests in memory. */
export class FakeBundleStore implements BundleStore {
  readonly #apps = new Map<string, Map<string, Kept>>();
  /** Texts of blocks that are in no bundle yet, by app and digest. */
  readonly #loose = new Map<string, Map<string, string>>();

  async announce(bundle: { id: string; appId: string; manifest: BundleManifest; at: string }): Promise<void> {
    await this.announceBlocks({ ...bundle, blocks: splitManifest(bundle.manifest) });
  }

  async announceBlocks(bundle: {
    id: string;
    appId: string;
    blocks: readonly Pick<ManifestBlock, 'digest' | 'text'>[];
    at: string;
  }): Promise<void> {
    const { id, appId, blocks, at } = bundle;
    const app = this.#app(appId);
    app.set(id, { id, blocks, touchedAt: at, committed: app.get(id)?.committed ?? false });
  }

  async keepBlocks(appId: string, blocks: readonly Pick<ManifestBlock, 'digest' | 'text'>[]): Promise<void> {
    const loose = this.#loose.get(appId) ?? new Map<string, string>();
    this.#loose.set(appId, loose);
    for (const { digest, text } of blocks) loose.set(digest, text);
  }

  async blocks(appId: string, digests: Iterable<string>): Promise<Map<string, string>> {
    const known = new Map(this.#loose.get(appId));
    for (const { blocks } of this.#app(appId).values()) {
      for (const { digest, text } of blocks) known.set(digest, text);
    }
    return new Map(
      [...digests].flatMap((digest) => {
        const text = known.get(digest);
        return text === undefined ? [] : [[digest, text] as const];
      }),
    );
  }

  async find(appId: string, id: string): Promise<BundleRecord | undefined> {
    const kept = this.#app(appId).get(id);
    if (kept === undefined) return undefined;
    const { manifest } = joinManifest(kept.blocks.map(({ text }) => text));
    return { id, appId, manifest, committed: kept.committed };
  }

  async isCommitted(appId: string, id: string): Promise<boolean> {
    return this.#app(appId).get(id)?.committed ?? false;
  }

  async markCommitted(appId: string, id: string): Promise<void> {
    const kept = this.#app(appId).get(id);
    if (kept !== undefined) this.#app(appId).set(id, { ...kept, committed: true });
  }

  async list(appId: string): Promise<BundleSummary[]> {
    return [...this.#app(appId).values()]
      .map(({ id, committed, touchedAt }) => ({ id, committed, touchedAt }))
      .toSorted((a, b) => (a.touchedAt < b.touchedAt ? 1 : -1));
  }

  async blockTextsOf(appId: string, ids: readonly string[]): Promise<string[]> {
    const kept = [...this.#app(appId).values()].filter(({ id }) => ids.includes(id));
    return [...new Set(kept.flatMap(({ blocks }) => blocks.map(({ text }) => text)))];
  }

  async remove(appId: string, ids: readonly string[]): Promise<void> {
    for (const id of ids) this.#app(appId).delete(id);
    this.#loose.delete(appId);
  }

  #app(appId: string): Map<string, Kept> {
    const app = this.#apps.get(appId) ?? new Map<string, Kept>();
    this.#apps.set(appId, app);
    return app;
  }
}
