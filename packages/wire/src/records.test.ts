import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WIRE_LIMITS } from './protocol.ts';
import { readRecords, sendRecords } from './records.ts';
import { openPair, settle } from './testing/pair.ts';

async function* numbers(count: number) {
  for (let n = 0; n < count; n += 1) yield { n, text: 'ü'.repeat(n % 50) };
}

test('records arrive in order and whole, whatever the window cuts', async () => {
  const { near, far } = await openPair({ windowBytes: 17 });
  const sending = sendRecords(far, 3, numbers(500));
  let n = 0;
  for await (const record of readRecords(near, 3)) {
    assert.deepEqual(record, { n, text: 'ü'.repeat(n % 50) });
    n += 1;
  }
  await sending;
  assert.equal(n, 500);
});

test('a slow reader slows the source', async () => {
  const { near, far } = await openPair({ windowBytes: 1000 });
  let made = 0;
  async function* endless() {
    for (;;) {
      made += 1;
      yield { made };
    }
  }
  const sending = sendRecords(far, 3, endless());
  const reader = readRecords(near, 3);
  await reader.next();
  await settle();
  assert.ok(made < 400, `${made} records were made ahead`);
  near.close();
  await assert.rejects(sending, { code: 'cancelled' });
});

test('a source that waits is left alone once the reader has gone', async () => {
  const { near, far } = await openPair();
  let returned = false;
  const silent: AsyncIterable<object> = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise(() => undefined),
      return: () => {
        returned = true;
        return Promise.resolve({ done: true, value: undefined });
      },
    }),
  };
  const sending = sendRecords(far, 3, silent);
  await settle(5);
  near.close();
  await sending;
  assert.equal(returned, true);
});

async function* failing() {
  yield {};
  throw new Error('torn');
}

test('an error of the source is thrown', async () => {
  const { far } = await openPair();
  await assert.rejects(sendRecords(far, 3, failing()), { message: 'torn' });
});

test('what is not a record is remote_protocol', async () => {
  for (const bytes of [
    Buffer.from('{"a":\n'),
    Buffer.from('{"cut"'),
    Buffer.from([0x22, 0xff, 0x22, 0x0a]),
  ]) {
    const { near, far } = await openPair();
    void far.write(3, bytes);
    far.end(3);
    await assert.rejects(readRecords(near, 3).next(), { code: 'remote_protocol' });
  }
  const { near, far } = await openPair();
  far.write(3, Buffer.alloc(WIRE_LIMITS.recordBytes + 2_000_000, 0x20)).catch(() => undefined);
  await assert.rejects(readRecords(near, 3).next(), { code: 'remote_protocol' });
  near.close();
});
