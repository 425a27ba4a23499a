import type { ReleasePruning } from '@rig-ops/contract/resources';
import type { ReleaseRecord } from './release-store.ts';

export type KeptBecause = ReleasePruning['kept'][number]['because'];

export interface PruneOrder {
  /** How many of those that were live stay, the newest. */
  keep?: number | undefined;
  /** Only what was made before may go, RFC 3339. */
  madeBefore?: string | undefined;
}

export interface PruneChoice {
  removed: ReleaseRecord[];
  kept: { version: number; because: KeptBecause }[];
}

/** The oldest version that stays because there are to be so many. */
function oldestKept(releases: readonly ReleaseRecord[], keep: number): number {
  const served = releases.filter(({ status }) => status === 'live' || status === 'superseded');
  return served[keep - 1]?.version ?? 0;
}

/**
 * Chooses which releases of an app can go. Failed ones go with the ones that served around them. The newest stays
 * always, so that no version is given twice.
 * @param releases all of the app, newest first
 * @param needed why others need a release, by version
 */
export function choosePruned(
  releases: readonly ReleaseRecord[],
  needed: ReadonlyMap<number, KeptBecause>,
  { keep, madeBefore }: PruneOrder,
): PruneChoice {
  const oldest = keep === undefined ? Number.POSITIVE_INFINITY : oldestKept(releases, keep);
  const isOld = ({ createdAt, version }: ReleaseRecord) =>
    version < oldest && (madeBefore === undefined || createdAt < madeBefore);
  const choice: PruneChoice = { removed: [], kept: [] };
  for (const release of releases.filter(isOld)) {
    const because = reasonToKeep(release, releases[0]) ?? needed.get(release.version);
    if (because === undefined) choice.removed.push(release);
    else choice.kept.push({ version: release.version, because });
  }
  return choice;
}

function reasonToKeep(release: ReleaseRecord, newest: ReleaseRecord | undefined): KeptBecause | undefined {
  if (release.status === 'live') return 'live';
  if (release.status === 'pending') return 'deploy';
  if (release.tags.length > 0) return 'tagged';
  return release.version === newest?.version ? 'newest' : undefined;
}
