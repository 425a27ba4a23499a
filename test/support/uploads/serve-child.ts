// The platform's side of an upload: its API, its store, its database in a folder; what is committed is
// written out below `trees`.
//   node --conditions=rig-source serve-child.ts FOLDER PORT [materialise]
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { resourceUsage } from 'node:process';
import { BlobStore } from '@rig-ops/bundle/store';
import { BUNDLE_LIMITS } from '@rig-ops/contract/bundle-limits';
import { systemClock } from '../../../packages/server/src/clock.ts';
import { requireApp } from '../../../packages/server/src/features/apps/require-app.ts';
import { SqlAppStore } from '../../../packages/server/src/features/apps/sql-app-store.ts';
import { BundleService } from '../../../packages/server/src/features/bundles/bundle-service.ts';
import { routesOfBundles } from '../../../packages/server/src/features/bundles/routes-of-bundles.ts';
import { SqlBundleStore } from '../../../packages/server/src/features/bundles/sql-bundle-store.ts';
import { SqlPackIndex } from '../../../packages/server/src/features/bundles/sql-pack-index.ts';
import type { RouteHandlers } from '../../../packages/server/src/http/route-handlers.ts';
import { openDatabase } from '../../../packages/server/src/store/database.ts';
import { startTestApi } from '../../../packages/server/src/testing/start-test-api.ts';

const [folder = '', port = '0', materialise] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const db = await openDatabase(join(folder, 'rigd.sqlite'), { exclusive: true });
const apps = new SqlAppStore(db);
const bundles = new SqlBundleStore(db);
const blobs = new BlobStore(join(folder, 'blobs'), new SqlPackIndex(db));
const service = new BundleService({ apps, bundles, blobs, clock: systemClock, limits: BUNDLE_LIMITS });
const routes = routesOfBundles(service) as RouteHandlers;
let trees = 0;

/** Behind the answer that completes a bundle, so that the client waits for the tree as well. */
async function writeTree(appName: string, id: string): Promise<void> {
  const app = await requireApp(apps, appName);
  const bundle = await bundles.find(app.id, id);
  if (bundle === undefined) throw new Error('The bundle is gone.');
  trees += 1;
  await blobs.materialise(app.id, bundle.manifest, join(folder, 'trees', appName, String(trees)));
}

async function ensureApp(name: string): Promise<void> {
  if ((await apps.get(name)) !== undefined) return;
  await apps.create({ id: `app_${name}`, name, network: 'default', createdAt: new Date().toISOString() });
}

const api = await startTestApi(
  { after: () => undefined },
  {
    ...routes,
    async putBlocks(request) {
      await ensureApp(request.params.app);
      return await routes.putBlocks(request);
    },
    async putBundle(request) {
      await ensureApp(request.params.app);
      const state = await routes.putBundle(request);
      if (materialise !== undefined && state.committed) await writeTree(request.params.app, state.id);
      return state;
    },
    async commitBundle(request) {
      const state = await routes.commitBundle(request);
      if (materialise !== undefined) await writeTree(request.params.app, state.id);
      return state;
    },
  },
  {},
  Number(port),
);
process.on('message', (message) => {
  if (message === 'usage') {
    const { maxRSS, userCPUTime, systemCPUTime } = resourceUsage();
    process.send?.({ rssBytes: maxRSS * 1024, cpuMs: (userCPUTime + systemCPUTime) / 1000 });
  }
  if (message === 'forget') {
    rmSync(join(folder, 'trees'), { recursive: true, force: true });
    process.send?.({ done: true });
  }
});
process.on('disconnect', () => process.exit(0));
process.on('SIGTERM', () => process.exit(0));
process.send?.({ port: api.port });
