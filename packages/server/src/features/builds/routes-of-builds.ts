import { RigError } from '@rig-ops/contract/errors';
import type { RouteHandlers } from '../../http/route-handlers.ts';
import type { AppStore } from '../apps/app-store.ts';
import { requireApp } from '../apps/require-app.ts';
import type { BuildStore } from './build-store.ts';
import { toBuild } from './to-build.ts';

export function routesOfBuilds(
  builds: BuildStore,
  apps: AppStore,
): Pick<RouteHandlers, 'listBuilds' | 'getBuild'> {
  return {
    async listBuilds({ params, query }) {
      const app = await requireApp(apps, params.app);
      const { items, nextCursor } = await builds.page(app.id, query);
      return { builds: items.map((build) => toBuild(build, app.name)), nextCursor };
    },
    async getBuild({ params }) {
      const build = await builds.get(params.build);
      const app = build === null ? undefined : await apps.getById(build.appId);
      if (build === null || app === undefined)
        throw new RigError('build_not_found', `There is no build ${JSON.stringify(params.build)}.`);
      return toBuild(build, app.name);
    },
  };
}
