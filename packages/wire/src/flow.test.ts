import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Channel } from './channel.ts';
import { collect, openPair, settle } from './testing/pair.ts';
import { Random } from './testing/random.ts';

/** Writes `bytes` in pieces of random size, pausing at random. */
async function writeRandomly(channel: Channel, stream: number, bytes: Uint8Array, random: Random) {
  let at = 0;
  while (at < bytes.length) {
    const size = random.below(3) === 0 ? 1 + random.below(200_000) : 1 + random.below(50);
    const written = channel.write(stream, bytes.subarray(at, at + size));
    at += size;
    if (random.below(2) === 0) await written;
    if (random.below(10) === 0) await settle(1);
  }
  channel.end(stream);
}

async function readRandomly(channel: Channel, stream: number, random: Random): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of channel.read(stream)) {
    chunks.push(chunk);
    if (random.below(5) === 0) await settle(1 + random.below(3));
  }
  return Buffer.concat(chunks);
}

test('random interleavings of writes and reads deliver exact bytes on every stream', async () => {
  for (let seed = 1; seed <= 25; seed += 1) {
    const random = new Random(seed);
    const windowBytes = [1, 7, 1000, 65_536, 262_144][random.below(5)] ?? 1000;
    const { near, far, client } = await openPair({ windowBytes });
    // A window of one byte is a round trip per byte.
    const most = windowBytes < 100 ? 400 : 400_000;
    const streams = [0, 1, 2, 255].map((stream) => ({ stream, bytes: random.bytes(random.below(most)) }));
    const ways = streams.flatMap(({ stream, bytes }) => [
      { from: near, to: far, stream, bytes },
      { from: far, to: near, stream, bytes: bytes.subarray(bytes.length >> 1) },
    ]);
    await Promise.all(
      ways.map(async ({ from, to, stream, bytes }) => {
        const writing = writeRandomly(from, stream, bytes, random);
        const got = await readRandomly(to, stream, random);
        await writing;
        assert.ok(
          got.equals(bytes),
          `seed ${seed}, stream ${stream}: ${got.length} of ${bytes.length} bytes`,
        );
      }),
    );
    await client.close();
  }
});

test('a slow reader stops the writer within two windows', async () => {
  const windowBytes = 10_000;
  const { near, far } = await openPair({ windowBytes });
  const reader = far.read(0)[Symbol.asyncIterator]();
  let written = 0;
  const writing = (async () => {
    for (let i = 0; i < 1000; i += 1) {
      await near.write(0, Buffer.alloc(1000));
      written += 1000;
    }
    near.end(0);
  })();
  await settle();
  assert.ok(written <= 2 * windowBytes + 1000, `${written} bytes were taken without a reader`);
  assert.ok(written >= windowBytes, 'the window is used');
  let read = 0;
  for (let chunk = await reader.next(); chunk.done !== true; chunk = await reader.next()) {
    read += chunk.value.length;
    assert.ok(written - read <= 3 * windowBytes, `${written - read} bytes are under way`);
  }
  await writing;
  assert.equal(read, 1_000_000);
});

test('nothing is sent on a stream until somebody reads it', async () => {
  const { near, far, clientSocket } = await openPair();
  let sent = 0;
  const send = clientSocket.send.bind(clientSocket);
  clientSocket.send = (message) => {
    sent += message.length;
    send(message);
  };
  await near.write(0, Buffer.alloc(200_000));
  near.end(0);
  await settle();
  assert.equal(sent, 0);
  assert.equal((await collect(far.read(0))).length, 200_000);
});

test('a stream has one reader, and one that stops early stops the sender', async () => {
  const { near, far } = await openPair({ windowBytes: 1000 });
  const reader = far.read(0);
  assert.throws(() => far.read(0), /reader/);
  const writing = near.write(0, Buffer.alloc(10_000));
  for await (const chunk of reader) {
    assert.ok(chunk.length > 0);
    break;
  }
  await settle();
  near.close({ code: 'interrupted', message: 'enough', hint: '', exitCode: 130 });
  await assert.rejects(writing, { code: 'interrupted' });
});
