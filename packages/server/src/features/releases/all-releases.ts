import type { ReleaseRecord, ReleaseStore } from './release-store.ts';

/** Every release of an app, newest first, also of one that has very many. */
export async function allReleases(
  releases: Pick<ReleaseStore, 'page'>,
  appId: string,
): Promise<ReleaseRecord[]> {
  const all: ReleaseRecord[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await releases.page(appId, { limit: 500, ...(cursor === undefined ? {} : { cursor }) });
    all.push(...page.items);
    cursor = page.nextCursor;
  }
  return all;
}
