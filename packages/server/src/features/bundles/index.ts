import { BlobStore } from '@rig-ops/bundle/store';
import type { BundleLimits } from '@rig-ops/contract/bundle-manifest';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { Kysely } from 'kysely';
import { type Clock, timestampOf } from '../../clock.ts';
import type { Logger } from '../../logger.ts';
import type { Database } from '../../store/database.ts';
import type { AppStore } from '../apps/app-store.ts';
import { SqliteDeployStore } from '../deploys/sqlite-deploy-store.ts';
import { SqliteReleaseStore } from '../releases/sqlite-release-store.ts';
import { BundleCollector } from './bundle-collector.ts';
import { BundleService } from './bundle-service.ts';
import { bundlesInUse } from './bundles-in-use.ts';
import { damageProblems } from './damage-problems.ts';
import { routesOfBundles } from './routes-of-bundles.ts';
import { SqliteBundleStore } from './sqlite-bundle-store.ts';
import { SqlitePackIndex } from './sqlite-pack-index.ts';

export interface BundlesDeps {
  db: Kysely<Database>;
  layout: Pick<PlatformLayout, 'blobs'>;
  apps: AppStore;
  limits: BundleLimits;
  clock: Clock;
  log: Logger;
}

/** Puts the store of bundles, its routes and its collector together. */
export function createBundles({ db, layout, apps, limits, clock, log }: BundlesDeps) {
  const bundles = new SqliteBundleStore(db);
  const packs = new SqlitePackIndex(db);
  const blobs = new BlobStore(layout.blobs, packs, { now: () => timestampOf(clock) });
  const stores = { deploys: new SqliteDeployStore(db), releases: new SqliteReleaseStore(db) };
  const collector = new BundleCollector({
    appIds: async () => (await db.selectFrom('apps').select('id').execute()).map(({ id }) => id),
    inUse: (appId) => bundlesInUse(appId, stores),
    bundles,
    packs,
    blobs,
    clock,
    log,
  });
  return {
    bundles,
    blobs,
    collector,
    routes: routesOfBundles(new BundleService({ apps, bundles, blobs, clock, limits })),
    problems: () => damageProblems(blobs, apps),
  };
}
