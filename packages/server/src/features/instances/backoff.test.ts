import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Backoff } from './backoff.ts';

it('the wait doubles up to half a minute, per place, and begins anew after a long life', () => {
  const backoff = new Backoff();
  const waits = Array.from({ length: 8 }, () => backoff.next('web.1', 100));
  assert.deepEqual(waits, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  assert.equal(backoff.next('web.2', 100), 500);
  assert.equal(backoff.next('web.1', 60_000), 500);
});
