import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RestartDelay } from './restart-delay.ts';

test('the first death is followed at once, quick ones later and later, a late one at once again', () => {
  const delay = new RestartDelay();
  const quick = [1, 2, 3, 4, 5, 6, 7, 8].map(() => delay.next(50));
  assert.deepEqual(quick, [0, 200, 400, 800, 1600, 3200, 5000, 5000]);
  assert.equal(delay.next(10_000), 0);
  assert.equal(delay.next(50), 200);
});
