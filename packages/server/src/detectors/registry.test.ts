import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { it } from 'node:test';
import { detectors } from './registry.ts';

it('the registry of detectors has every folder of theirs', async () => {
  const entries = await readdir(import.meta.dirname, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const named = detectors.map(({ name }) => name.replace('.', '-'));
  assert.deepEqual(named.toSorted(), folders.toSorted());
});
