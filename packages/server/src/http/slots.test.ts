import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Slots } from './slots.ts';

const forever = new AbortController().signal;

it('lets so many through and the others as slots become free, in line', async () => {
  const slots = new Slots(2);
  const first = await slots.acquire(forever);
  const second = await slots.acquire(forever);
  const order: number[] = [];
  const third = slots.acquire(forever).then((release) => (order.push(3), release));
  const fourth = slots.acquire(forever).then((release) => (order.push(4), release));
  await Promise.resolve();
  assert.deepEqual(order, []);
  first();
  first();
  await third;
  assert.deepEqual(order, [3]);
  second();
  await fourth;
  assert.deepEqual(order, [3, 4]);
});

it('forgets one that gave up waiting', async () => {
  const slots = new Slots(1);
  const release = await slots.acquire(forever);
  const impatient = new AbortController();
  const waiting = slots.acquire(impatient.signal);
  impatient.abort(new Error('gone'));
  await assert.rejects(waiting, /gone/);
  release();
  (await slots.acquire(forever))();
});
