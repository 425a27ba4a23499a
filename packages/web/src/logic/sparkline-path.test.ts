import assert from 'node:assert/strict';
import test from 'node:test';
import { sparklinePaths } from './sparkline-path.ts';

test('the largest value touches the ceiling, zero the floor', () => {
  assert.equal(sparklinePaths([0, 5, 10], 20, 10).line, 'M0 10L10 5L20 0');
  assert.equal(sparklinePaths([0, 0], 20, 10).line, 'M0 10L20 10');
});

test('what was not measured is a hole', () => {
  const { line, under } = sparklinePaths([1, null, 1, 1], 30, 10);
  assert.equal(line, 'M0 0M20 0L30 0');
  assert.equal(under, 'M0 0L0 10L0 10ZM20 0L30 0L30 10L20 10Z');
});

test('without values nothing is drawn', () => {
  assert.deepEqual(sparklinePaths([], 20, 10), { line: '', under: '' });
  assert.deepEqual(sparklinePaths([null, null], 20, 10), { line: '', under: '' });
});
