import { RigError } from '@rig-ops/contract/errors';
import type { Build } from '@rig-ops/contract/resources';
import type { RouteHandlers } from '../../http/route-handlers.ts';
import type { AppStore } from '../apps/app-store.ts';
import { requireApp } from '../apps/require-app.ts';
import type { BuildRecord, BuildStore } from './build-store.ts';
import { toBuild } from './to-build.ts';

export interface BuildRoutesDeps {
  builds: BuildStore;
  apps: AppStore;
  /** Place of a build among those that wait; null when it does not. */
  positionOf: (buildId: string) => number | null;
  /** Ends a build that has not ended, and what it is for. @throws RigError `build_ended` */
  cancel: (build: BuildRecord, user: string) => Promise<void>;
}

export function routesOfBuilds(
  deps: BuildRoutesDeps,
): Pick<RouteHandlers, 'listBuilds' | 'getBuild' | 'cancelBuild'> {
  const { apps, builds, cancel, positionOf } = deps;
  const find = async (id: string): Promise<{ build: BuildRecord; shown: Build }> => {
    const build = await builds.get(id);
    const app = build === null ? undefined : await apps.getById(build.appId);
    if (build === null || app === undefined)
      throw new RigError('build_not_found', `There is no build ${JSON.stringify(id.slice(0, 100))}.`);
    return { build, shown: toBuild(build, app.name, positionOf(id)) };
  };
  return {
    async listBuilds({ params, query }) {
      const app = await requireApp(apps, params.app);
      const { items, nextCursor } = await builds.page(app.id, query);
      return { builds: items.map((build) => toBuild(build, app.name, positionOf(build.id))), nextCursor };
    },
    async getBuild({ params }) {
      return (await find(params.build)).shown;
    },
    async cancelBuild({ params, identity }) {
      const { build } = await find(params.build);
      if (build.endedAt !== null) throw buildEnded(build.id);
      await cancel(build, identity.user);
      return (await find(build.id)).shown;
    },
  };
}

/** It has ended, or has been taken by a deploy that goes on without it. */
export const buildEnded = (id: string): RigError =>
  new RigError('build_ended', `The build ${id} has ended already.`);
