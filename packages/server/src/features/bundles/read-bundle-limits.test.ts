import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { BUNDLE_LIMITS } from '@rig-ops/contract/bundle-limits';
import { readBundleLimits } from './read-bundle-limits.ts';

const { entries, totalBytes } = BUNDLE_LIMITS;

test('limits are those of the file, and of this version where it says nothing', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'rig-limits-'));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, 'bundle-limits.json');
  assert.deepEqual(await readBundleLimits(path), { entries, totalBytes });
  await writeFile(path, '{"totalBytes": 1000, "another": true}');
  assert.deepEqual(await readBundleLimits(path), { entries, totalBytes: 1000 });
  for (const text of ['', '{', '{"entries": 0}', '{"entries": "many"}', '{"totalBytes": 1.5}', 'null']) {
    await writeFile(path, text);
    await assert.rejects(readBundleLimits(path), { code: 'config_unreadable' }, text);
  }
});
