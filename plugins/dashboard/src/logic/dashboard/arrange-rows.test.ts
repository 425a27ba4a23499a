import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchesFilter, sortRows } from './arrange-rows.ts';

test('every word must be there, and those behind ! must not', () => {
  const texts = ['Web-Shop', 'default', null, 'v12'];
  assert.ok(matchesFilter(texts, ''));
  assert.ok(matchesFilter(texts, ' shop  V12 '));
  assert.ok(!matchesFilter(texts, 'shop blog'));
  assert.ok(!matchesFilter(texts, '!shop'));
  assert.ok(matchesFilter(texts, '!blog default'));
  assert.ok(matchesFilter(texts, '!'));
});

test('what has no value stands last, whichever way', () => {
  const rows = [3, null, 1, 2];
  assert.deepEqual(
    sortRows(rows, (row) => row, false),
    [1, 2, 3, null],
  );
  assert.deepEqual(
    sortRows(rows, (row) => row, true),
    [3, 2, 1, null],
  );
});
