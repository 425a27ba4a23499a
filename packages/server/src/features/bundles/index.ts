import { BlobStore } from '@rig-ops/bundle/store';
import type { BundleLimits } from '@rig-ops/contract/bundle-manifest';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { Kysely } from 'kysely';
import { type Clock, timestampOf } from '../../clock.ts';
import type { Logger } from '../../logger.ts';
import type { Database } from '../../store/database.ts';
import type { AppStore } from '../apps/app-store.ts';
import { SqlDeployStore } from '../deploys/sql-deploy-store.ts';
import { SqlReleaseStore } from '../releases/sql-release-store.ts';
import { BundleCollector } from './bundle-collector.ts';
import { BundleService } from './bundle-service.ts';
import { bundlesInUse } from './bundles-in-use.ts';
import { damageProblems } from './damage-problems.ts';
import { routesOfBundles } from './routes-of-bundles.ts';
import { SqlBundleStore } from './sql-bundle-store.ts';
import { SqlPackIndex } from './sql-pack-index.ts';

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
  const bundles = new SqlBundleStore(db);
  const packs = new SqlPackIndex(db);
  const blobs = new BlobStore(layout.blobs, packs, { now: () => timestampOf(clock) });
  const stores = { deploys: new SqlDeployStore(db), releases: new SqlReleaseStore(db) };
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
