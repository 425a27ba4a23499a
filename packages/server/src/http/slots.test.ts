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

it('weighs: small ones fit beside one another, a large one waits and is not overtaken', async () => {
  const slots = new Slots(10);
  const small = await Promise.all([3, 3, 3].map((weight) => slots.acquire(forever, weight)));
  const order: string[] = [];
  const large = slots.acquire(forever, 99).then((release) => (order.push('large'), release));
  const behind = slots.acquire(forever, 1).then((release) => (order.push('behind'), release));
  await Promise.resolve();
  for (const release of small) {
    assert.deepEqual(order, []);
    release();
  }
  (await large)();
  await behind;
  assert.deepEqual(order, ['large', 'behind']);
});
