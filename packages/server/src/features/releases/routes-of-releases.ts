import { RigError } from '@rig-ops/contract/errors';
import type { RouteHandlers } from '../../http/route-handlers.ts';
import { requireApp } from '../apps/require-app.ts';
import { readReleaseContent, type ReleaseContentsOptions } from './release-contents.ts';
import { ReleasePruner, type ReleasePrunerOptions } from './release-pruner.ts';
import { toRelease } from './to-release.ts';

/** `3` and `v3`; undefined for anything else. */
const versionOf = (text: string): number | undefined =>
  /^v?\d{1,9}$/.test(text) ? Number(text.replace('v', '')) : undefined;

export interface ReleaseRoutesOptions extends ReleasePrunerOptions, Omit<ReleaseContentsOptions, 'configs'> {
  config: { book: ReleaseContentsOptions['configs'] };
}

export function routesOfReleases(
  options: ReleaseRoutesOptions,
): Pick<
  RouteHandlers,
  'listReleases' | 'getRelease' | 'getReleaseContent' | 'tagRelease' | 'untagRelease' | 'pruneReleases'
> {
  const { apps, builds, bundles, config, releases } = options;
  const pruner = new ReleasePruner(options);
  const find = async (name: string, text: string) => {
    const app = await requireApp(apps, name);
    const version = versionOf(text);
    const release =
      version === undefined ? await releases.byTag(app.id, text) : await releases.get(app.id, version);
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
      return readReleaseContent(release, { builds, bundles, configs: config.book });
    },
    async tagRelease({ params, body }) {
      const { app, release } = await find(params.app, String(body.version));
      return toRelease(
        await releases.tag(app.id, release.version, params.tag, body.force === true),
        app.name,
      );
    },
    async untagRelease({ params }) {
      const app = await requireApp(apps, params.app);
      const release = await releases.untag(app.id, params.tag);
      if (release === null)
        throw new RigError(
          'tag_not_found',
          `No release of ${app.name} is tagged ${JSON.stringify(params.tag.slice(0, 100))}.`,
        );
      return toRelease(release, app.name);
    },
    async pruneReleases({ params, body }) {
      return pruner.prune(params.app, body);
    },
  };
}
