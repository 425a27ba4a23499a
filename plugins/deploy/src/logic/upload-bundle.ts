import {
  decodeMissing,
  giveBack,
  idOfBlocks,
  type ManifestBlock,
  planPacks,
  type Scan,
  splitManifest,
  type StatCache,
} from '@rig-ops/bundle';
import type { RigClient } from '@rig-ops/client';
import type { BundleManifest } from '@rig-ops/contract/bundle-manifest';
import { isRigError } from '@rig-ops/contract/errors';
import { announceBlocks, type UploadTarget } from './upload/announce-blocks.ts';
import { PackLanes } from './upload/pack-lanes.ts';
import { pickMissing, type SlicedManifest, SliceUpload } from './upload/slice-upload.ts';

/** How often what is missing is asked for again before the upload is given up. */
const MAX_ANNOUNCEMENTS = 4;

export interface UploadProgress {
  /** Bytes of content that have to go up; fewer once it shows what is there. */
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
  /** Of the scan; made on the way when absent. */
  manifest?: BundleManifest;
  /** Of the tree, for the manifest that is made on the way. */
  cache?: StatCache | undefined;
  signal: AbortSignal;
  onProgress: (progress: UploadProgress) => void;
}

/**
 * Brings a scanned tree to the platform: announces its manifest, sends what is missing, commits. What has to be
 * read is sent while the rest is still being read. Asking again what is missing is how an upload goes on that was cut.
 */
export async function uploadBundle(client: RigClient, options: UploadOptions): Promise<UploadResult> {
  return await new Upload(client, options).run();
}

/** A manifest, and what is known of it from making it. */
type Sliced = Omit<SlicedManifest, 'rest'> & Partial<Pick<SlicedManifest, 'rest'>>;

class Upload {
  readonly #client: RigClient;
  readonly #options: UploadOptions;
  readonly #target: UploadTarget;
  readonly #lanes: PackLanes;
  #sentBytes = 0;
  readonly #count = (bytes: number): void => {
    this.#sentBytes += bytes;
  };

  constructor(client: RigClient, options: UploadOptions) {
    const { app, scan, signal } = options;
    this.#client = client;
    this.#options = options;
    this.#target = { client, app, onSent: this.#count };
    this.#lanes = new PackLanes({
      scan,
      signal,
      onProgress: options.onProgress,
      send: async ({ id, bytes }, stopped) => {
        const params = { app, pack: id };
        await client.upload('putPack', { params, body: bytes, signal: stopped, onSent: this.#count });
      },
    });
  }

  async run(): Promise<UploadResult> {
    const { scan, cache, manifest: given } = this.#options;
    const lanes = this.#lanes;
    try {
      const sliced =
        given === undefined
          ? await new SliceUpload({ target: this.#target, scan, cache, lanes }).run()
          : { manifest: given, blocks: splitManifest(given), known: new Set<ManifestBlock>() };
      const { manifest, blocks } = sliced;
      const bundle = idOfBlocks(blocks.map(({ text }) => text));
      await this.#bring(bundle, sliced);
      const sizes = manifest.entries.flatMap((entry) => (entry.type === 'file' ? [entry.size] : []));
      const bytes = sizes.reduce((sum, size) => sum + size, 0);
      const { uploadedBytes } = this.#lanes;
      return {
        bundle,
        files: sizes.length,
        bytes,
        sentBytes: this.#sentBytes,
        uploadedBytes,
        reusedBytes: Math.max(0, bytes - uploadedBytes),
      };
    } finally {
      await this.#lanes.close();
    }
  }

  async #bring(bundle: string, sliced: Sliced): Promise<void> {
    const { manifest, blocks, known, rest } = sliced;
    const lanes = this.#lanes;
    for (let announcement = 1; ; announcement += 1) {
      const isFirst = announcement === 1;
      const { signal } = lanes;
      const state = await announceBlocks(this.#target, { bundle, blocks, known, signal });
      const missing = decodeMissing(manifest, state.missing);
      const held = isFirst && rest !== undefined ? pickMissing(rest.held, missing, lanes.digests) : [];
      // What was on its way while this was answered is not missing; if it did not arrive, the commit will tell.
      if (isFirst) for (const digest of lanes.digests) missing.delete(digest);
      const plans = planPacks(manifest, missing);
      const heldBytes = held.reduce((sum, { size }) => sum + size, 0);
      lanes.expect(plans.reduce((sum, { contentBytes }) => sum + contentBytes, lanes.sentBytes + heldBytes));
      if (rest !== undefined && held.length > 0)
        await lanes.start(() => lanes.sendHeld(rest.buffer, held, () => giveBack(rest.buffer)));
      // That a file has changed meanwhile shows when the platform misses what was sent.
      for (const plan of plans) await lanes.start(() => lanes.sendPlan(plan, !isFirst));
      await lanes.idle();
      if (state.committed || (await this.#commit(bundle, announcement === MAX_ANNOUNCEMENTS))) return;
    }
  }

  /** False when something is missing after all. */
  async #commit(bundle: string, isLast: boolean): Promise<boolean> {
    const { app } = this.#options;
    const { signal } = this.#lanes;
    try {
      await this.#client.upload('commitBundle', { params: { app, bundle }, signal });
      return true;
    } catch (error) {
      if (!isLast && isRigError(error) && error.code === 'bundle_incomplete') return false;
      throw error;
    }
  }
}
