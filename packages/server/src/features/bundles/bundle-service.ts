import {
  checkPaths,
  chunkDigestsOf,
  encodeMissing,
  joinBlocks,
  makeBlock,
  type ManifestBlock,
  validateManifest,
} from '@rig-ops/bundle';
import type { BlobStore } from '@rig-ops/bundle/store';
import {
  type BlocksState,
  type BundleAnnouncement,
  type BundleLimits,
  type BundleManifest,
  type BundleState,
} from '@rig-ops/contract/bundle-manifest';
import { RigError } from '@rig-ops/contract/errors';
import { type Clock, timestampOf } from '../../clock.ts';
import type { AppStore } from '../apps/app-store.ts';
import { requireApp } from '../apps/require-app.ts';
import type { BundleStore } from './bundle-store.ts';
import { RecentBlocks } from './recent-blocks.ts';

/** Announcing the bundle again tells all of them. */
const SHOWN_MISSING = 100;

/** Entries that came with the request need not be parsed again. */
type Block = Pick<ManifestBlock, 'digest' | 'text'> & Partial<Pick<ManifestBlock, 'entries'>>;

export interface BundleServiceDeps {
  readonly apps: AppStore;
  readonly bundles: BundleStore;
  readonly blobs: Pick<BlobStore, 'expect' | 'missingOf' | 'prepare' | 'putPack' | 'sharing'>;
  readonly limits: BundleLimits;
  readonly clock: Clock;
}

/** Takes in bundles: the manifest first, then packs of what is missing, then the commit. */
export class BundleService {
  readonly #deps: BundleServiceDeps;
  readonly #recent = new RecentBlocks();

  /** What a bundle may have at most. */
  get limits(): BundleLimits {
    return this.#deps.limits;
  }

  constructor(deps: BundleServiceDeps) {
    this.#deps = deps;
  }

  /**
   * Tells which blocks of the manifest it lacks, or, once it lacks none, which content. A bundle of which
   * nothing is missing is committed by that.
   * @throws RigError `bundle_too_large`; `invalid_bundle` when the manifest breaks a rule or `id` is not its digest
   */
  async announce(appName: string, id: string, announcement: BundleAnnouncement): Promise<BundleState> {
    const { apps, bundles, blobs, clock } = this.#deps;
    const app = await requireApp(apps, appName);
    // What is told to be there must not be collected before the bundle that needs it is noted.
    return await blobs.sharing(app.id, async () => {
      const { blocks, unknownBlocks } = await this.#blocksOf(app.id, announcement);
      if (unknownBlocks.length > 0) return { id, committed: false, unknownBlocks, missing: '' };
      const { manifest, whole } = readManifest(id, blocks, this.#deps.limits);
      this.#recent.keep(app.id, whole);
      const at = timestampOf(clock);
      await bundles.announceBlocks({ id, appId: app.id, blocks, at, manifest });
      const digests = chunkDigestsOf(manifest);
      const missing = await blobs.missingOf(app.id, digests);
      if (missing.size === 0) await bundles.markCommitted(app.id, id, at);
      else blobs.prepare(app.id, manifest, missing);
      return {
        id,
        committed: missing.size === 0,
        unknownBlocks: [],
        missing: encodeMissing(manifest, missing, digests),
      };
    });
  }

  /**
   * Takes in blocks of a manifest that is still being made, and tells which of them it lacks, or, once it lacks
   * none, which content of theirs.
   * @throws RigError `invalid_bundle` when an entry breaks a rule
   */
  async takeBlocks(appName: string, announcement: BundleAnnouncement): Promise<BlocksState> {
    const { apps, bundles, blobs } = this.#deps;
    const app = await requireApp(apps, appName);
    return await blobs.sharing(app.id, async () => {
      const { blocks, unknownBlocks } = await this.#blocksOf(app.id, announcement);
      if (unknownBlocks.length > 0) return { unknownBlocks, missing: '' };
      const { manifest, blocks: whole } = joinBlocks(blocks);
      // The rest once it is whole.
      checkPaths(manifest.entries);
      await bundles.keepBlocks(app.id, blocks);
      this.#recent.keep(app.id, whole);
      const digests = chunkDigestsOf(manifest);
      const missing = await blobs.missingOf(app.id, digests);
      await blobs.expect(app.id, manifest.entries, missing);
      return { unknownBlocks, missing: encodeMissing(manifest, missing, digests) };
    });
  }

  /** @returns how many chunks the pack holds */
  async putPack(appName: string, packId: string, bytes: Uint8Array): Promise<number> {
    const app = await requireApp(this.#deps.apps, appName);
    return this.#deps.blobs.putPack(app.id, packId, bytes);
  }

  /** @throws RigError `bundle_incomplete` with what is missing in its details */
  async commit(appName: string, id: string): Promise<BundleState> {
    const { apps, bundles, blobs, clock } = this.#deps;
    const app = await requireApp(apps, appName);
    return await blobs.sharing(app.id, async () => {
      const bundle = await bundles.find(app.id, id);
      if (bundle === undefined) {
        throw new RigError('not_found', `The app ${appName} has no bundle ${id}.`, {
          hint: 'Announce the bundle before it is committed.',
        });
      }
      const missing = await blobs.missingOf(app.id, chunkDigestsOf(bundle.manifest));
      if (missing.size > 0) {
        throw new RigError('bundle_incomplete', `${missing.size} chunks of the bundle have not arrived.`, {
          details: { missingCount: missing.size, missing: [...missing].slice(0, SHOWN_MISSING) },
        });
      }
      await bundles.markCommitted(app.id, id, timestampOf(clock));
      return { id, committed: true, unknownBlocks: [], missing: '' };
    });
  }

  async #blocksOf(
    appId: string,
    { blocks: digests, entries }: BundleAnnouncement,
  ): Promise<{ blocks: Block[]; unknownBlocks: number[] }> {
    if (new Set(digests).size !== digests.length) {
      throw new RigError('invalid_bundle', 'The manifest has the same block twice.');
    }
    const given = new Map<string, Block>();
    for (const [place, run] of Object.entries(entries)) {
      const block = makeBlock(run);
      const { digest } = block;
      if (digest !== digests[Number(place)]) {
        throw new RigError('invalid_bundle', `The entries of block ${place} do not have its digest.`, {
          details: { path: run[0]?.path ?? '' },
        });
      }
      given.set(digest, block);
    }
    for (const digest of digests) {
      const recent = this.#recent.get(appId, digest);
      if (recent !== undefined && !given.has(digest)) given.set(digest, recent);
    }
    const known = await this.#deps.bundles.blocks(
      appId,
      digests.filter((digest) => !given.has(digest)),
    );
    const unknownBlocks: number[] = [];
    const blocks = digests.map((digest, place) => {
      const text = known.get(digest);
      const block = given.get(digest) ?? (text === undefined ? undefined : { digest, text });
      if (block === undefined) unknownBlocks.push(place);
      return block ?? { digest, text: '' };
    });
    return { blocks, unknownBlocks };
  }
}

function readManifest(
  id: string,
  blocks: readonly Block[],
  limits: BundleLimits,
): { manifest: BundleManifest; whole: ManifestBlock[] } {
  const { id: actual, manifest, blocks: whole } = joinBlocks(blocks);
  validateManifest(manifest, limits, { haveDigests: true });
  if (actual !== id) {
    throw new RigError('invalid_bundle', `The manifest has the digest ${actual}, not ${id}.`);
  }
  return { manifest, whole };
}
