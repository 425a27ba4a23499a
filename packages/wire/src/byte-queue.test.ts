import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteQueue } from './byte-queue.ts';
import { Random } from './testing/random.ts';

test('bytes come out in order, whatever the pieces', () => {
  const random = new Random(3);
  const queue = new ByteQueue();
  const put: Uint8Array[] = [];
  const taken: Uint8Array[] = [];
  for (let i = 0; i < 2000; i += 1) {
    const bytes = random.bytes(random.below(i % 50 === 0 ? 9000 : 30));
    put.push(bytes);
    queue.push(bytes);
    if (random.below(3) === 0) taken.push(queue.shift(random.below(4000)) ?? new Uint8Array(0));
  }
  assert.equal(queue.length, Buffer.concat(put).length - Buffer.concat(taken).length);
  taken.push(queue.takeAll());
  assert.ok(Buffer.concat(taken).equals(Buffer.concat(put)));
  assert.equal(queue.length, 0);
  assert.equal(queue.shift(1), null);
});

test('a flood of tiny pieces is kept in few blocks', () => {
  const queue = new ByteQueue();
  const one = new Uint8Array([7]);
  for (let i = 0; i < 100_000; i += 1) queue.push(one);
  let pieces = 0;
  while (queue.shift(Number.POSITIVE_INFINITY) !== null) pieces += 1;
  assert.ok(pieces < 20, `${pieces} pieces`);
});

test('ownLast() parts from the memory of the giver, Buffers too', () => {
  const queue = new ByteQueue();
  const bytes = Buffer.alloc(10_000, 1);
  queue.push(bytes);
  queue.ownLast();
  bytes.fill(2);
  assert.ok(queue.takeAll().every((byte) => byte === 1));
});
