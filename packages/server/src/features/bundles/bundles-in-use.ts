import type { DeployStore } from '../deploys/deploy-store.ts';
import { keptReleases } from '../releases/kept-releases.ts';
import type { ReleaseStore } from '../releases/release-store.ts';

/**
 * Ids of the bundles of an app that a deploy under way or a release to return to was made of. Deploys are
 * read first: one that comes to its release meanwhile is seen in one or the other.
 */
export async function bundlesInUse(
  appId: string,
  { deploys, releases }: { deploys: Pick<DeployStore, 'running'>; releases: Pick<ReleaseStore, 'page'> },
): Promise<Set<string>> {
  const running = (await deploys.running()).filter((deploy) => deploy.appId === appId);
  const kept = await keptReleases(releases, appId);
  return new Set([...running, ...kept].map(({ bundleId }) => bundleId));
}
