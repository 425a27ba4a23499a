import type { DeployStore } from '../deploys/deploy-store.ts';
import { allReleases } from '../releases/all-releases.ts';
import type { ReleaseStore } from '../releases/release-store.ts';

/** Releases of an app, the live one aside, whose source is kept; as many as there are artifacts kept. */
const KEPT_RELEASES = 10;

/**
 * Ids of the bundles of an app that a deploy under way or a release to return to was made of. Deploys are
 * read first: one that comes to its release meanwhile is seen in one or the other.
 */
export async function bundlesInUse(
  appId: string,
  { deploys, releases }: { deploys: Pick<DeployStore, 'running'>; releases: Pick<ReleaseStore, 'page'> },
): Promise<Set<string>> {
  const running = (await deploys.running()).filter((deploy) => deploy.appId === appId);
  const items = await allReleases(releases, appId);
  const served = items.filter(({ status }) => status === 'live' || status === 'superseded');
  const needed = items.filter(
    ({ status, tags }) => status === 'live' || status === 'pending' || tags.length > 0,
  );
  return new Set([...running, ...served.slice(0, KEPT_RELEASES), ...needed].map(({ bundleId }) => bundleId));
}
