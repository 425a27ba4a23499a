import { RigError } from '@rig-ops/contract/errors';
import { TAG_PATTERN } from '@rig-ops/contract/resources';
import type { RouteHandlers } from '../../http/route-handlers.ts';
import type { AppStore } from '../apps/app-store.ts';
import { requireApp } from '../apps/require-app.ts';
import { readReleaseContent, type ReleaseContentsOptions } from './release-contents.ts';
import type { ReleasePruner } from './release-pruner.ts';
import type { ReleaseStore } from './release-store.ts';
import { toRelease } from './to-release.ts';

/** `3` and `v3`; undefined for anything else. */
const versionOf = (text: string): number | undefined =>
  /^v?\d{1,9}$/.test(text) ? Number(text.replace('v', '')) : undefined;

/** @throws RigError `invalid_input` for what is no name of a release */
function requireTagName(text: string): string {
  if (new RegExp(TAG_PATTERN).test(text)) return text;
  throw new RigError('invalid_input', `${JSON.stringify(text.slice(0, 100))} cannot be a tag.`, {
    hint: 'Use letters, digits, dots, hyphens and underscores, and not what looks like a version.',
  });
}

export function routesOfReleases(
  releases: ReleaseStore,
  apps: AppStore,
  contents: ReleaseContentsOptions,
  pruner: ReleasePruner,
): Pick<
  RouteHandlers,
  'listReleases' | 'getRelease' | 'getReleaseContent' | 'tagRelease' | 'untagRelease' | 'pruneReleases'
> {
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
      return readReleaseContent(release, contents);
    },
    async tagRelease({ params, body }) {
      const tag = requireTagName(params.tag);
      const { app, release } = await find(params.app, String(body.version));
      return toRelease(await releases.tag(app.id, release.version, tag, body.force === true), app.name);
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
