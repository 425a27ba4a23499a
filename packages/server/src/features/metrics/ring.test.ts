import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ring } from './ring.ts';

test('keeps the latest values, and holes where nothing was measured', () => {
  const ring = new Ring(4);
  assert.deepEqual(ring.read(0, 1), [null, null]);
  for (const step of [10, 11, 13]) ring.set(step, step);
  assert.deepEqual(ring.read(9, 14), [null, 10, 11, null, 13, null]);
  ring.set(15, 15);
  assert.deepEqual(ring.read(10, 15), [null, null, null, 13, null, 15]);
  ring.set(100, null);
  assert.deepEqual(ring.read(97, 100), [null, null, null, null]);
});

test('a clock that is set back goes on from there, with what was measured before', () => {
  const ring = new Ring(4);
  for (const step of [10, 11, 12, 13]) ring.set(step, step);
  ring.set(12, 120);
  assert.deepEqual(ring.read(10, 14), [10, 11, 120, null, null]);
  ring.set(14, 14);
  assert.deepEqual(ring.read(10, 14), [null, 11, 120, null, 14]);
  // By more than is kept: nothing of before is of a time that is known.
  ring.set(3, 3);
  assert.deepEqual(ring.read(0, 14), [...Array(3).fill(null), 3, ...Array(11).fill(null)]);
  ring.set(4, 4);
  assert.deepEqual(ring.read(2, 5), [null, 3, 4, null]);
});

test('a gap longer than the ring leaves nothing of before', () => {
  const ring = new Ring(3);
  for (let step = 0; step < 3; step += 1) ring.set(step, step);
  ring.set(7, 7);
  assert.deepEqual(ring.read(5, 7), [null, null, 7]);
});
