import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blockLevels, plainLevels, sparkline } from './sparkline.ts';

test('the newest stands at the right end, zero at the bottom, what is unknown is a gap', () => {
  assert.equal(sparkline([0, 1, 2, 4, 8], { width: 5, levels: blockLevels }), '▁▂▂▄█');
  assert.equal(sparkline([1, 9], { width: 4, levels: blockLevels }), '  ▂█');
  assert.equal(sparkline([5, null, 5], { width: 3, levels: blockLevels }), '█ █');
  assert.equal(sparkline([1, 2, 3, 4], { width: 2, levels: blockLevels }), '▆█');
  assert.equal(sparkline(undefined, { width: 3, levels: blockLevels }), '   ');
});

test('what is little looks little, and ASCII will do', () => {
  assert.equal(sparkline([1, 2], { width: 2, levels: blockLevels, top: 100 }), '▂▂');
  assert.equal(sparkline([0, 4, 8], { width: 3, levels: plainLevels }), '_=#');
});
