import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseOverlap } from './parse-overlap.ts';

test('a time up to a week, and none', () => {
  assert.deepEqual(
    ['0', '0h', '90s', '30m', '24h', '7d'].map(parseOverlap),
    [0, 0, 90, 1_800, 86_400, 604_800],
  );
  for (const wrong of ['', '5', '8d', '-1h', '1w', 'h', '1.5h'])
    assert.throws(() => parseOverlap(wrong), { code: 'usage' }, wrong);
});
