import assert from 'node:assert/strict';
import test from 'node:test';
import { MAX_INSTANCES } from '@rig-ops/contract/resources';
import { readInstanceCount } from './read-instance-count.ts';

test('numbers up to what the platform takes are read, everything else is explained', () => {
  assert.equal(readInstanceCount(' 3 ').count, 3);
  assert.equal(readInstanceCount('0').count, 0);
  assert.equal(readInstanceCount(String(MAX_INSTANCES)).count, MAX_INSTANCES);
  for (const wrong of ['', '-1', '1.5', '1e1', 'two', String(MAX_INSTANCES + 1)]) {
    assert.equal(readInstanceCount(wrong).count, null);
    assert.match(readInstanceCount(wrong).wrong ?? '', new RegExp(String(MAX_INSTANCES)));
  }
});
