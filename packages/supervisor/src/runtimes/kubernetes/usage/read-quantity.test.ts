import assert from 'node:assert/strict';
import { it } from 'node:test';
import { readQuantity } from './read-quantity.ts';

it('a quantity of a cluster is a number', () => {
  const cases: [string, number][] = [
    ['250m', 0.25],
    ['12345678n', 0.012345678],
    ['3u', 0.000003],
    ['2', 2],
    ['1.5', 1.5],
    ['1e3', 1000],
    ['64Mi', 64 * 2 ** 20],
    ['12k', 12_000],
    ['1E', 1e18],
    ['', 0],
    ['many', 0],
    ['5x', 0],
  ];
  for (const [text, number] of cases) assert.equal(readQuantity(text), number, text);
});
