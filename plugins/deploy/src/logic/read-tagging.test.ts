import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTagging } from './read-tagging.ts';

test('what is to be tagged is read from the end', () => {
  assert.deepEqual(readTagging(['shop', 'v3', 'stable'], false), { app: 'shop', version: 3, tag: 'stable' });
  assert.deepEqual(readTagging(['v3', 'v1.0'], false), { app: undefined, version: 3, tag: 'v1.0' });
  assert.deepEqual(readTagging(['shop', 'stable'], true), { app: 'shop', version: null, tag: 'stable' });
  assert.deepEqual(readTagging(['stable'], true), { app: undefined, version: null, tag: 'stable' });
});

test('what is not enough, or too much, is refused', () => {
  for (const words of [[], ['stable']]) assert.throws(() => readTagging(words, false), { code: 'usage' });
  for (const words of [[], ['shop', 'v3', 'stable']])
    assert.throws(() => readTagging(words, true), { code: 'usage' });
  for (const words of [
    ['shop', 'v3'],
    ['shop', 'stable'],
    ['shop', 'stable', 'v3'],
  ])
    assert.throws(() => readTagging(words, false), { code: 'invalid_input' });
});
