import type { BundleManifest } from '@rig-ops/contract/bundle-manifest';
import type { BundleRecord, BundleStore } from '../bundle-store.ts';

/** Keeps the manifests in memory. */
export class FakeBundleStore implements BundleStore {
  readonly #bundles = new Map<string, BundleRecord>();

  async announce(bundle: { id: string; appId: string; manifest: BundleManifest }): Promise<void> {
    const { id, appId } = bundle;
    const key = `${appId}/${id}`;
    if (this.#bundles.has(key)) return;
    this.#bundles.set(key, { id, appId, manifest: structuredClone(bundle.manifest), committed: false });
  }

  async find(appId: string, id: string): Promise<BundleRecord | undefined> {
    return this.#bundles.get(`${appId}/${id}`);
  }

  async markCommitted(appId: string, id: string): Promise<void> {
    const key = `${appId}/${id}`;
    const bundle = this.#bundles.get(key);
    if (bundle !== undefined) this.#bundles.set(key, { ...bundle, committed: true });
  }
}
