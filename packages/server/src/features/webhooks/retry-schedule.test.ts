import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ATTEMPTS, pauseAfter } from './retry-schedule.ts';

const HOUR = 60 * 60 * 1_000;

const pauses = (random: number) =>
  Array.from({ length: ATTEMPTS - 1 }, (_, index) => pauseAfter(index + 1, null, random) ?? 0);

test('attempts go on for about a day, each pause longer than the one before or as long, and chance spreads them', () => {
  const plain = pauses(0);
  assert.deepEqual(
    plain,
    plain.toSorted((a, b) => a - b),
  );
  assert.equal(plain[0], 5_000);
  const total = plain.reduce((sum, each) => sum + each, 0);
  assert.ok(total > 23 * HOUR && total < 25 * HOUR);
  assert.ok(pauses(0.99).every((each, index) => each > (plain[index] ?? 0) * 1.15));
  assert.equal(pauseAfter(ATTEMPTS, null), undefined);
});

test('a receiver that asks for a later attempt gets it later, within a day', () => {
  assert.equal(pauseAfter(1, 60, 0), 60_000);
  assert.equal(pauseAfter(2, 1, 0), 300_000);
  assert.equal(pauseAfter(1, 1e9, 0), 24 * HOUR);
});
