import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { it } from 'node:test';
import { drainSinks } from './registry.ts';

it('names every folder of a sink', async () => {
  const entries = await readdir(import.meta.dirname, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory() && entry.name !== 'testing');
  assert.deepEqual(folders.map(({ name }) => name).toSorted(), Object.keys(drainSinks).toSorted());
});
