import assert from 'node:assert/strict';
import test from 'node:test';
import { reuse } from './reuse.ts';

const make = () => ({
  apps: [
    { name: 'a', cpu: 1, tags: ['x'] },
    { name: 'b', cpu: 2, tags: [] },
  ],
  at: 1,
});

test('what has not changed is what it was', () => {
  const old = make();
  assert.equal(reuse(old, make()), old);
});

test('only what has changed is new', () => {
  const old = make();
  const next = make();
  next.at = 2;
  const [, b] = next.apps;
  assert.ok(b);
  b.cpu = 3;
  const made = reuse(old, next);
  assert.deepEqual(made, next);
  assert.equal(made.apps[0], old.apps[0]);
  assert.notEqual(made.apps[1], old.apps[1]);
  assert.equal(made.apps[1]?.tags, old.apps[1]?.tags);
});

test('elements are found by their name when others come and go', () => {
  const old = make();
  const next = { ...make(), apps: [{ name: 'c', cpu: 0, tags: [] }, ...make().apps] };
  const made = reuse(old, next);
  assert.deepEqual(made, next);
  assert.equal(made.apps[1], old.apps[0]);
  assert.equal(reuse({ list: [1, 2] }, { list: [1] }).list.length, 1);
});

test('a key that is gone, null, and lists that become objects are changes', () => {
  assert.deepEqual(reuse({ a: 1, b: 2 }, { a: 1 }), { a: 1 });
  assert.equal(reuse({ a: 1 }, null), null);
  assert.deepEqual(reuse([1], { 0: 1 }), { 0: 1 });
  assert.deepEqual(reuse(undefined, [1]), [1]);
});
