import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { it } from 'node:test';
import { platformLayout } from '@rig-ops/contract/layout';
import { engines } from './registry.ts';

it('the registry of engines has every folder of theirs, but for those of tests', async () => {
  const entries = await readdir(import.meta.dirname, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  assert.deepEqual([...Object.keys(engines), 'fake', 'testing'].toSorted(), folders.toSorted());
  const layout = platformLayout('/nowhere');
  for (const [name, make] of Object.entries(engines)) assert.equal(make(layout).name, name);
});
