import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitColumns } from './fit-columns.ts';

const columns = [
  { key: 'name', width: 6, most: 10, priority: 9 },
  { key: 'trend', width: 4, most: 8, priority: 1 },
  { key: 'cpu', width: 5, priority: 8 },
  { key: 'url', width: 20, priority: 2 },
];
const fitted = (width: number) => fitColumns(columns, width).map(({ key, width: wide }) => `${key} ${wide}`);

test('the least important go first, and what is left is shared out', () => {
  assert.deepEqual(fitted(100), ['name 10', 'trend 8', 'cpu 5', 'url 20']);
  assert.deepEqual(fitted(42), ['name 7', 'trend 4', 'cpu 5', 'url 20']);
  assert.deepEqual(fitted(44), ['name 8', 'trend 5', 'cpu 5', 'url 20']);
  assert.deepEqual(fitted(20), ['name 7', 'trend 4', 'cpu 5']);
  assert.deepEqual(fitted(13), ['name 6', 'cpu 5']);
  assert.deepEqual(fitted(3), ['name 6']);
});

test('columns and the space between them never take more than there is', () => {
  for (let width = 6; width < 120; width += 1) {
    const used = fitColumns(columns, width).reduce((sum, column) => sum + column.width + 2, -2);
    assert.ok(used <= width, `${used} of ${width}`);
  }
});
