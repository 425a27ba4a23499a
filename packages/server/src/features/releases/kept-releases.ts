import { allReleases } from './all-releases.ts';
import type { ReleaseRecord, ReleaseStore } from './release-store.ts';

/** How many releases of an app that were live can be returned to, the newest first. */
export const KEPT_RELEASES = 10;

/** Releases of an app whose bundle and artifact stay: the newest to return to, what is live or to be, what is tagged. */
export async function keptReleases(
  releases: Pick<ReleaseStore, 'page'>,
  appId: string,
): Promise<ReleaseRecord[]> {
  const all = await allReleases(releases, appId);
  const served = all.filter(({ status }) => status === 'live' || status === 'superseded');
  const needed = all.filter(
    ({ status, tags }) => status === 'live' || status === 'pending' || tags.length > 0,
  );
  return [...served.slice(0, KEPT_RELEASES), ...needed];
}
