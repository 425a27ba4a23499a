import { RigError } from '@rig-ops/contract/errors';
import type { RouteHandlers } from '../../http/route-handlers.ts';
import type { AppStore } from '../apps/app-store.ts';
import { requireApp } from '../apps/require-app.ts';
import type { ReleaseStore } from './release-store.ts';
import { toRelease } from './to-release.ts';

/** `3` and `v3`; NaN for anything else. */
const versionOf = (text: string): number =>
  /^v?\d{1,9}$/.test(text) ? Number(text.replace('v', '')) : Number.NaN;

export function routesOfReleases(
  releases: ReleaseStore,
  apps: AppStore,
): Pick<RouteHandlers, 'listReleases' | 'getRelease'> {
  return {
    async listReleases({ params, query }) {
      const app = await requireApp(apps, params.app);
      const { items, nextCursor } = await releases.page(app.id, query);
      return { releases: items.map((release) => toRelease(release, app.name)), nextCursor };
    },
    async getRelease({ params }) {
      const app = await requireApp(apps, params.app);
      const version = versionOf(params.version);
      const release = Number.isNaN(version) ? null : await releases.get(app.id, version);
      if (release === null)
        throw new RigError(
          'release_not_found',
          `${app.name} has no release ${JSON.stringify(params.version)}.`,
        );
      return toRelease(release, app.name);
    },
  };
}
