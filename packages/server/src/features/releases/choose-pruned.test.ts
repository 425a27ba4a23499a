import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { choosePruned, type KeptBecause, type PruneOrder } from './choose-pruned.ts';
import type { ReleaseRecord } from './release-store.ts';

/** Releases by their statuses, the first one being v1; `!` behind it is a tag. */
function releasesOf(...statuses: string[]): ReleaseRecord[] {
  const records = statuses.map((status, index) => ({
    version: index + 1,
    status: status.replace('!', ''),
    tags: status.endsWith('!') ? ['stable'] : [],
    createdAt: `2026-01-0${index + 1}T00:00:00.000Z`,
  }));
  return records.toReversed() as ReleaseRecord[];
}

function choose(releases: ReleaseRecord[], order: PruneOrder, needed: [number, KeptBecause][] = []) {
  const { kept, removed } = choosePruned(releases, new Map(needed), order);
  return { kept, removed: removed.map(({ version }) => version) };
}

describe('the releases that can go', () => {
  it('are those behind so many that were live', () => {
    const releases = releasesOf(
      'failed',
      'superseded',
      'superseded',
      'failed',
      'failed',
      'superseded',
      'live',
    );
    assert.deepEqual(choose(releases, { keep: 3 }), { kept: [], removed: [2, 1] });
    assert.deepEqual(choose(releases, { keep: 4 }), { kept: [], removed: [1] });
    assert.deepEqual(choose(releases, { keep: 5 }).removed, []);
    assert.deepEqual(choose(releases, { keep: 1 }).removed, [6, 5, 4, 3, 2, 1]);
  });

  it('are those that were made before', () => {
    const releases = releasesOf('superseded', 'superseded', 'live');
    assert.deepEqual(choose(releases, { madeBefore: '2026-01-02T00:00:00.000Z' }).removed, [1]);
    assert.deepEqual(choose(releases, { madeBefore: '2026-02-01T00:00:00.000Z' }).removed, [2, 1]);
    assert.deepEqual(choose(releases, { keep: 1, madeBefore: '2026-01-02T00:00:00.000Z' }).removed, [1]);
  });

  it('are none that something needs', () => {
    const releases = releasesOf('superseded', 'live', 'superseded!', 'superseded', 'pending', 'failed');
    assert.deepEqual(choose(releases, { madeBefore: '2026-02-01T00:00:00.000Z' }, [[4, 'rollback']]), {
      kept: [
        { version: 6, because: 'newest' },
        { version: 5, because: 'deploy' },
        { version: 4, because: 'rollback' },
        { version: 3, because: 'tagged' },
        { version: 2, because: 'live' },
      ],
      removed: [1],
    });
  });
});
