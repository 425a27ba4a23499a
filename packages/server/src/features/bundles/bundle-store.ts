import type { ManifestBlock } from '@rig-ops/bundle';
import type { BundleManifest } from '@rig-ops/contract/bundle-manifest';

export interface BundleRecord {
  /** SHA-256 of the canonical manifest. */
  readonly id: string;
  readonly appId: string;
  readonly manifest: BundleManifest;
  /** Whether all of its content has arrived. */
  readonly committed: boolean;
}

/** A bundle without its manifest. */
export interface BundleSummary {
  readonly id: string;
  readonly committed: boolean;
  /** When it was last announced, RFC 3339. */
  readonly touchedAt: string;
}

/** Keeps the manifests of bundles, per app, in blocks that they share. */
export interface BundleStore {
  /** Keeps an announced bundle; of one that is known only notes that it was announced again. */
  announce(bundle: { id: string; appId: string; manifest: BundleManifest; at: string }): Promise<void>;
  /** The same for a manifest that is in blocks already; all of them are kept that are not yet. */
  announceBlocks(bundle: {
    id: string;
    appId: string;
    blocks: readonly Pick<ManifestBlock, 'digest' | 'text'>[];
    at: string;
    /** What they are together, when it is at hand: it will be asked for soon. */
    manifest?: BundleManifest;
  }): Promise<void>;
  /** Keeps blocks of a manifest that is still being made. Those that come to be in no bundle go with the next `remove`. */
  keepBlocks(appId: string, blocks: readonly Pick<ManifestBlock, 'digest' | 'text'>[]): Promise<void>;
  /** The texts of those blocks that are known. */
  blocks(appId: string, digests: Iterable<string>): Promise<Map<string, string>>;
  find(appId: string, id: string): Promise<BundleRecord | undefined>;
  isCommitted(appId: string, id: string): Promise<boolean>;
  markCommitted(appId: string, id: string, at: string): Promise<void>;
  /** Latest announced first. */
  list(appId: string): Promise<BundleSummary[]>;
  /** The texts of all blocks of these bundles, each once. */
  blockTextsOf(appId: string, ids: readonly string[]): Promise<string[]>;
  /** Forgets bundles, and the blocks that no other bundle of the app has. */
  remove(appId: string, ids: readonly string[]): Promise<void>;
}
