import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  errorPercent,
  formatAge,
  formatCount,
  formatLatency,
  formatPercent,
  latest,
  meanOfLast,
} from './figures.ts';

test('figures keep to their column', () => {
  assert.deepEqual(
    [null, 0, 0.01, 0.44, 9.94, 9.96, 999.4, 999.6, 1_234, 99_999, 5_600_000, 999_999_999].map(formatCount),
    ['–', '0', '<0.1', '0.4', '9.9', '10', '999', '1.0k', '1.2k', '100k', '5.6M', '1.0G'],
  );
  assert.deepEqual([null, 0, 0.01, 7.42, 99.7].map(formatPercent), ['–', '0%', '<0.1%', '7.4%', '100%']);
  assert.deepEqual([null, 0.81, 12.4, 3_400].map(formatLatency), ['–', '0.8ms', '12ms', '3.4s']);
  assert.deepEqual([-5, 59_999, 60_000, 7_200_000, 200_000_000].map(formatAge), [
    '0s',
    '59s',
    '1m',
    '2h',
    '2d',
  ]);
});

test('what was not measured is not counted as nothing', () => {
  assert.equal(meanOfLast([9, null, 2, 4], 3), 3);
  assert.equal(meanOfLast([null, null], 5), null);
  assert.equal(meanOfLast(undefined, 5), null);
  assert.equal(latest([1, 2, null]), null);
  assert.equal(latest([1, 2, null], 2), 2);
  assert.equal(errorPercent(0, 0), null);
  assert.equal(errorPercent(8, 2), 25);
  assert.equal(errorPercent(null, 1), null);
});
