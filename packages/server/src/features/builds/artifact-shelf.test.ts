import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { platformLayout } from '@rig-ops/contract/layout';
import type { DeployRecord } from '../deploys/deploy-store.ts';
import type { ReleaseRecord } from '../releases/release-store.ts';
import { ArtifactShelf } from './artifact-shelf.ts';
import type { BuildRecord } from './build-store.ts';

test('the artifacts of live, recent and coming releases stay; the others go', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'rig-shelf-'));
  t.after(() => rmSync(home, { recursive: true }));
  const layout = platformLayout(home);
  const ids = [
    'live',
    'failed',
    'deploying',
    'running',
    'tagged',
    ...Array.from({ length: 12 }, (_, age) => `old-${age}`),
  ];
  for (const id of ids) mkdirSync(join(layout.artifacts, id, 'in'), { recursive: true });
  writeFileSync(join(layout.artifacts, 'failed', 'in', 'a'), '12345');
  writeFileSync(join(layout.artifacts, 'old-11', 'b'), '123');
  const releases = [
    { status: 'failed', buildId: 'failed' },
    ...ids.filter((id) => id.startsWith('old-')).map((buildId) => ({ status: 'superseded', buildId })),
    { status: 'superseded', buildId: 'tagged', tags: ['stable'] },
    // Rolled back long ago, and live ever since.
    { status: 'live', buildId: 'live' },
  ].map((release) => ({ tags: [], ...release })) as unknown as ReleaseRecord[];
  const shelf = new ArtifactShelf({
    layout,
    builds: {
      idsOf: async () => ids,
      succeededWith: async () => [],
      setImage: async () => undefined,
      get: async (id) => ({ id, endedAt: id === 'running' ? null : 'then' }) as BuildRecord,
    },
    releases: { page: async () => ({ items: releases, nextCursor: null }) },
    images: null,
    isPublished: () => true,
    toolchainOf: async () => '',
    deploys: { running: async () => [{ buildId: 'deploying' }, { buildId: null }] as DeployRecord[] },
  });
  assert.deepEqual(await shelf.prune('app_1'), { artifacts: 3, bytes: 8 });
  const left = ids.filter((id) => existsSync(join(layout.artifacts, id)));
  const recent = Array.from({ length: 10 }, (_, age) => `old-${age}`);
  assert.deepEqual(left, ['live', 'deploying', 'running', 'tagged', ...recent]);
  assert.deepEqual(await shelf.prune('app_1'), { artifacts: 0, bytes: 0 });
});
