import assert from 'node:assert/strict';
import test from 'node:test';
import { hasWords, sortRows } from './sort-rows.ts';

const same = (value: string | number | null) => value;

test('names are sorted as people count', () => {
  assert.deepEqual(sortRows(['web.10', 'Web.2', 'api'], same, false), ['api', 'Web.2', 'web.10']);
});

test('numbers are sorted by size, and what is not known comes last either way', () => {
  assert.deepEqual(sortRows([10, null, 9, 100], same, false), [9, 10, 100, null]);
  assert.deepEqual(sortRows([10, null, 9, 100], same, true), [100, 10, 9, null]);
});

test('equal rows stay in their order', () => {
  const rows = [
    { name: 'b', size: 1 },
    { name: 'a', size: 1 },
  ];
  assert.deepEqual(
    sortRows(rows, (row) => row.size, true).map((row) => row.name),
    ['b', 'a'],
  );
});

test('every word of a filter has to be there', () => {
  assert.ok(hasWords('shop default running', 'RUN shop'));
  assert.ok(!hasWords('shop default running', 'shop stopped'));
  assert.ok(hasWords('anything', '  '));
});
