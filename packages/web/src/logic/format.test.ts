import assert from 'node:assert/strict';
import test from 'node:test';
import {
  count,
  formatAge,
  formatBytes,
  formatMs,
  formatNumber,
  formatPercent,
  formatSeconds,
} from './format.ts';

test('bytes have a unit that keeps them short', () => {
  assert.deepEqual([0, 1023, 1024, 1536, 10_239, 1_048_575, 1_048_576, 5e9].map(formatBytes), [
    '0 B',
    '1023 B',
    '1.0 KB',
    '1.5 KB',
    '10 KB',
    '1.0 MB',
    '1.0 MB',
    '4.7 GB',
  ]);
});

test('numbers keep three digits', () => {
  assert.deepEqual([0, 0.042, 0.996, 1.25, 37, 37.46, 99.96, 1234, 12_400, 1_500_000].map(formatNumber), [
    '0',
    '0.04',
    '1',
    '1.3',
    '37',
    '37.5',
    '100',
    '1234',
    '12.4k',
    '1.5M',
  ]);
});

test('what is not known is a dash, not a zero', () => {
  for (const format of [formatBytes, formatNumber, formatPercent, formatMs]) {
    assert.equal(format(null), '–');
    assert.notEqual(format(0), '–');
  }
});

test('lengths of time', () => {
  assert.deepEqual([0.84, 42, 999.4, 1312].map(formatMs), ['0.8 ms', '42 ms', '999 ms', '1.3 s']);
  assert.deepEqual([4, 59.97, 192, 3600, 7500, 270_000].map(formatSeconds), [
    '4 s',
    '1 min',
    '3 min 12 s',
    '1 h',
    '2 h 5 min',
    '3 d 3 h',
  ]);
  assert.deepEqual([900, 12_000, 300_000, 3 * 3_600_000, 47 * 3_600_000, 9 * 86_400_000].map(formatAge), [
    'now',
    '12 s',
    '5 min',
    '3 h',
    '47 h',
    '9 d',
  ]);
});

test('one is not many', () => {
  assert.equal(count(1, 'app'), '1 app');
  assert.equal(count(0, 'app'), '0 apps');
});
