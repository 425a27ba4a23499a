import type { BundleManifest } from '@rig-ops/contract/bundle-manifest';

export interface BundleRecord {
  /** SHA-256 of the canonical manifest. */
  readonly id: string;
  readonly appId: string;
  readonly manifest: BundleManifest;
  /** Whether all of its content has arrived. */
  readonly committed: boolean;
}

/** Keeps the manifests of bundles, per app. */
export interface BundleStore {
  /** Keeps an announced bundle; does nothing when it is known. */
  announce(bundle: { id: string; appId: string; manifest: BundleManifest; at: string }): Promise<void>;
  find(appId: string, id: string): Promise<BundleRecord | undefined>;
  markCommitted(appId: string, id: string, at: string): Promise<void>;
}
