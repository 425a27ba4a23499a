import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogRow } from './log-row.ts';
import { RowStore } from './row-store.ts';

const rows = (from: number, to: number): LogRow[] =>
  Array.from({ length: to - from }, (_, index) => ({ type: 'note', text: `${from + index}` }));

test('the oldest go, the numbers of the others stay', () => {
  const store = new RowStore({ rows: 10, characters: 1000 });
  assert.equal(store.append(rows(0, 8)), 0);
  assert.equal(store.append(rows(8, 15)), 5);
  assert.deepEqual([store.first, store.end, store.length], [5, 15, 10]);
  assert.equal(store.at(4), undefined);
  assert.equal(store.at(5)?.text, '5');
  assert.equal(store.at(14)?.text, '14');
  assert.equal(store.at(15), undefined);
});

test('long lines count by their length, and the last one always stays', () => {
  const store = new RowStore({ rows: 1000, characters: 100 });
  store.append([{ type: 'note', text: 'x'.repeat(60) }]);
  assert.equal(store.append([{ type: 'note', text: 'y'.repeat(60) }]), 1);
  store.append([{ type: 'note', text: 'z'.repeat(600) }]);
  assert.deepEqual([store.first, store.length], [2, 1]);
});

test('it holds no more than it may over any number of rows', () => {
  const store = new RowStore({ rows: 5000, characters: 1e6 });
  for (let at = 0; at < 200_000; at += 1000) store.append(rows(at, at + 1000));
  assert.deepEqual([store.first, store.end], [195_000, 200_000]);
  for (const number of [195_000, 197_123, 199_999]) assert.equal(store.at(number)?.text, `${number}`);
});
