import {
  decodeMissing,
  giveBack,
  idOfBlocks,
  type ManifestBlock,
  Packer,
  type PackPlan,
  planPacks,
  type Scan,
  splitManifest,
} from '@rig-ops/bundle';
import type { RigClient } from '@rig-ops/client';
import type { BundleEntry, BundleManifest, BundleState } from '@rig-ops/contract/bundle-manifest';
import { isRigError, RigError } from '@rig-ops/contract/errors';

/** Packs under way at once: enough to fill a connection, few enough to bound memory at three packs. */
const LANES = 3;
/** How often what is missing is asked for again before the upload is given up. */
const MAX_ANNOUNCEMENTS = 4;
/** The entries of so few blocks are sent without asking whether they are known. */
const FEW_BLOCKS = 4;

export interface UploadProgress {
  /** Bytes of content that have to go up. */
  totalBytes: number;
  /** Bytes of content that the platform has acknowledged: they are on its disk. */
  doneBytes: number;
}

export interface UploadResult {
  bundle: string;
  files: number;
  /** Bytes of content in the bundle. */
  bytes: number;
  /** Bytes that went over the wire, compressed, with the manifest. */
  sentBytes: number;
  /** Bytes of content that went up, before compression. */
  uploadedBytes: number;
  /** Bytes of content that did not have to go up: the platform has it, or another file has the same. */
  reusedBytes: number;
}

export interface UploadOptions {
  app: string;
  scan: Scan;
  /** Of the scan. */
  manifest: BundleManifest;
  signal: AbortSignal;
  onProgress: (progress: UploadProgress) => void;
}

/**
 * Brings a scanned tree to the platform: announces its manifest, sends what is missing, commits. Asking
 * again what is missing is how an upload goes on that was cut.
 */
export async function uploadBundle(client: RigClient, options: UploadOptions): Promise<UploadResult> {
  return await new Upload(client, options).run();
}

class Upload {
  readonly #client: RigClient;
  readonly #options: UploadOptions;
  readonly #blocks: readonly ManifestBlock[];
  readonly #bundle: string;
  readonly #packer: Packer;
  #sentBytes = 0;
  #uploadedBytes = 0;

  constructor(client: RigClient, options: UploadOptions) {
    this.#client = client;
    this.#options = options;
    this.#blocks = splitManifest(options.manifest);
    this.#bundle = idOfBlocks(this.#blocks.map(({ text }) => text));
    this.#packer = new Packer(options.scan);
  }

  async run(): Promise<UploadResult> {
    const { manifest } = this.#options;
    try {
      await this.#bring();
    } finally {
      this.#packer.close();
    }
    const sizes = manifest.entries.flatMap((entry) => (entry.type === 'file' ? [entry.size] : []));
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    return {
      bundle: this.#bundle,
      files: sizes.length,
      bytes,
      sentBytes: this.#sentBytes,
      uploadedBytes: this.#uploadedBytes,
      reusedBytes: Math.max(0, bytes - this.#uploadedBytes),
    };
  }

  async #bring(): Promise<void> {
    const { manifest } = this.#options;
    for (let announcement = 1; ; announcement += 1) {
      const { committed, missing } = await this.#announce();
      if (committed) return;
      const plans = planPacks(manifest, decodeMissing(manifest, missing));
      // That a file has changed meanwhile shows when the platform misses what was sent.
      await this.#sendPacks(plans, announcement > 1);
      if (await this.#commit(announcement === MAX_ANNOUNCEMENTS)) return;
    }
  }

  /** Sends the digests of the manifest's blocks, then the entries of those that the platform does not know. */
  async #announce(): Promise<BundleState> {
    const { app, signal } = this.#options;
    const blocks = this.#blocks;
    const digests = blocks.map(({ digest }) => digest);
    const entriesOf = (places: readonly number[]): Record<string, BundleEntry[]> =>
      Object.fromEntries(places.map((place) => [place, [...(blocks[place]?.entries ?? [])]]));
    let places = blocks.length <= FEW_BLOCKS ? [...blocks.keys()] : [];
    for (let attempt = 1; attempt <= MAX_ANNOUNCEMENTS; attempt += 1) {
      const state = await this.#client.upload('putBundle', {
        params: { app, bundle: this.#bundle },
        body: { blocks: digests, entries: entriesOf(places) },
        signal,
        onSent: this.#count,
      });
      if (state.unknownBlocks.length === 0) return state;
      // Not only those: of the ones it took before it has kept none.
      places = [...new Set([...places, ...state.unknownBlocks])];
    }
    throw new RigError('unexpected', 'The platform does not take the manifest of the bundle.');
  }

  /** False when something is missing after all. */
  async #commit(isLast: boolean): Promise<boolean> {
    const { app, signal } = this.#options;
    try {
      await this.#client.upload('commitBundle', { params: { app, bundle: this.#bundle }, signal });
      return true;
    } catch (error) {
      if (!isLast && isRigError(error) && error.code === 'bundle_incomplete') return false;
      throw error;
    }
  }

  async #sendPacks(plans: PackPlan[], verify: boolean): Promise<void> {
    const { signal, onProgress } = this.#options;
    const totalBytes = plans.reduce((sum, plan) => sum + plan.contentBytes, 0);
    const waiting = plans.values();
    let doneBytes = 0;
    onProgress({ totalBytes, doneBytes });
    // One failure stops the others: none of them would be committed.
    const failed = new AbortController();
    const stopped = AbortSignal.any([signal, failed.signal]);
    const sendOneByOne = async () => {
      for (const plan of waiting) {
        await this.#sendPack(plan, { signal: stopped, verify });
        doneBytes += plan.contentBytes;
        onProgress({ totalBytes, doneBytes });
      }
    };
    const lanes = Array.from({ length: LANES }, () =>
      sendOneByOne().catch((error: unknown) => {
        failed.abort(error);
        throw error;
      }),
    );
    await Promise.allSettled(lanes);
    stopped.throwIfAborted();
  }

  async #sendPack(plan: PackPlan, options: { signal: AbortSignal; verify: boolean }): Promise<void> {
    const { id, bytes } = await this.#packer.pack(plan, options);
    const { signal } = options;
    const params = { app: this.#options.app, pack: id };
    await this.#client.upload('putPack', { params, body: bytes, signal, onSent: this.#count });
    giveBack(bytes);
    this.#uploadedBytes += plan.contentBytes;
  }

  readonly #count = (bytes: number): void => {
    this.#sentBytes += bytes;
  };
}
