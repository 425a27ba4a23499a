import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clock, commandOfKey } from './player-keys.ts';

const key = (name: string, more = {}) =>
  commandOfKey({ key: name, ctrlKey: false, altKey: false, metaKey: false, ...more });

test('keys of the player, and none of the browser', () => {
  assert.deepEqual(key(' '), { type: 'pause' });
  assert.deepEqual(key('7'), { type: 'jump', fraction: 0.7 });
  assert.deepEqual(key('ArrowLeft'), { type: 'seek', seconds: -5 });
  assert.equal(key('f'), null);
  assert.equal(key('0', { ctrlKey: true }), null);
});

test('times', () => {
  assert.deepEqual([clock(0), clock(61.9), clock(3723)], ['0:00', '1:01', '1:02:03']);
});
