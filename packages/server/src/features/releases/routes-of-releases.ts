import { RigError } from '@rig-ops/contract/errors';
import type { RouteHandlers } from '../../http/route-handlers.ts';
import type { AppStore } from '../apps/app-store.ts';
import { requireApp } from '../apps/require-app.ts';
import { readReleaseContent, type ReleaseContentsOptions } from './release-contents.ts';
import type { ReleaseStore } from './release-store.ts';
import { toRelease } from './to-release.ts';

/** `3` and `v3`; NaN for anything else. */
const versionOf = (text: string): number =>
  /^v?\d{1,9}$/.test(text) ? Number(text.replace('v', '')) : Number.NaN;

export function routesOfReleases(
  releases: ReleaseStore,
  apps: AppStore,
  contents: ReleaseContentsOptions,
): Pick<RouteHandlers, 'listReleases' | 'getRelease' | 'getReleaseContent'> {
  const find = async (name: string, text: string) => {
    const app = await requireApp(apps, name);
    const version = versionOf(text);
    const release = Number.isNaN(version) ? null : await releases.get(app.id, version);
    if (release === null)
      throw new RigError('release_not_found', `${app.name} has no release ${JSON.stringify(text)}.`);
    return { app, release };
  };
  return {
    async listReleases({ params, query }) {
      const app = await requireApp(apps, params.app);
      const { items, nextCursor } = await releases.page(app.id, query);
      return { releases: items.map((release) => toRelease(release, app.name)), nextCursor };
    },
    async getRelease({ params }) {
      const { app, release } = await find(params.app, params.version);
      return toRelease(release, app.name);
    },
    async getReleaseContent({ params }) {
      const { release } = await find(params.app, params.version);
      return readReleaseContent(release, contents);
    },
  };
}
