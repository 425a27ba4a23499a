import { type BlobStore, manifestId, validateManifest } from '@rig-ops/bundle';
import type { BundleLimits, BundleManifest, BundleState } from '@rig-ops/contract/bundle-manifest';
import { RigError } from '@rig-ops/contract/errors';
import { type Clock, timestampOf } from '../../clock.ts';
import type { AppStore } from '../apps/app-store.ts';
import { requireApp } from '../apps/require-app.ts';
import type { BundleStore } from './bundle-store.ts';

/** Announcing the bundle again tells all of them. */
const SHOWN_MISSING = 100;

export interface BundleServiceDeps {
  readonly apps: AppStore;
  readonly bundles: BundleStore;
  readonly blobs: BlobStore;
  readonly limits: BundleLimits;
  readonly clock: Clock;
}

/** Takes in bundles: the manifest first, then packs of what is missing, then the commit. */
export class BundleService {
  readonly #deps: BundleServiceDeps;

  /** What a bundle may have at most. */
  get limits(): BundleLimits {
    return this.#deps.limits;
  }

  constructor(deps: BundleServiceDeps) {
    this.#deps = deps;
  }

  /** @throws RigError `bundle_too_large`; `invalid_bundle` when the manifest breaks a rule or `id` is not its digest */
  async announce(appName: string, id: string, manifest: BundleManifest): Promise<BundleState> {
    const { apps, bundles, blobs, clock, limits } = this.#deps;
    const app = await requireApp(apps, appName);
    validateManifest(manifest, limits);
    const actual = manifestId(manifest);
    if (actual !== id) {
      throw new RigError('invalid_bundle', `The manifest has the digest ${actual}, not ${id}.`);
    }
    await bundles.announce({ id, appId: app.id, manifest, at: timestampOf(clock) });
    const missing = await blobs.missing(app.id, manifest);
    const known = await bundles.find(app.id, id);
    return { id, committed: known?.committed === true && missing.length === 0, missing };
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
    const bundle = await bundles.find(app.id, id);
    if (bundle === undefined) {
      throw new RigError('not_found', `The app ${appName} has no bundle ${id}.`, {
        hint: 'Announce the bundle before it is committed.',
      });
    }
    const missing = await blobs.missing(app.id, bundle.manifest);
    if (missing.length > 0) {
      throw new RigError('bundle_incomplete', `${missing.length} chunks of the bundle have not arrived.`, {
        details: { missingCount: missing.length, missing: missing.slice(0, SHOWN_MISSING) },
      });
    }
    await bundles.markCommitted(app.id, id, timestampOf(clock));
    return { id, committed: true, missing: [] };
  }
}
