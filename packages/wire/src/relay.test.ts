import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RigError, toErrorDocument } from '@rig-ops/contract/errors';
import type { Channel } from './channel.ts';
import { relay, type RelayedBytes } from './relay.ts';
import { collect, type ConnectionPair, connectPair, type PairOptions, settle } from './testing/pair.ts';
import { Random } from './testing/random.ts';

interface RelayedPair {
  near: Channel;
  far: Channel;
  relayed: Promise<RelayedBytes>;
  front: ConnectionPair;
  back: ConnectionPair;
}

/** near ⇄ (front) relay (back) ⇄ far */
async function openRelayed(options: PairOptions = {}): Promise<RelayedPair> {
  const far = Promise.withResolvers<Channel>();
  const started = Promise.withResolvers<{ relayed: Promise<RelayedBytes> }>();
  const back = connectPair({
    ...(options.windowBytes === undefined ? {} : { windowBytes: options.windowBytes }),
    onOpen: (request) => far.resolve(request.accept({ pid: 1 })),
  });
  const front = connectPair({
    ...options,
    onOpen: (request) => {
      const upstream = back.client.open('exec', request.params);
      void upstream.accepted.then((accepted) =>
        started.resolve({ relayed: relay(request.accept(accepted), upstream) }),
      );
    },
  });
  const near = front.client.open('command', { argv: ['x'] });
  const { relayed } = await started.promise;
  assert.deepEqual(await near.accepted, { pid: 1 });
  return { near, far: await far.promise, relayed, front, back };
}

test('bytes, ends, messages and the outcome pass exactly in both directions', async () => {
  for (let seed = 1; seed <= 6; seed += 1) {
    const random = new Random(seed);
    const windowBytes = [13, 4000, 262_144][seed % 3] ?? 4000;
    const { near, far, relayed } = await openRelayed({ windowBytes });
    const most = windowBytes < 100 ? 2000 : 600_000;
    const [stdin, stdout, stderr] = [0, 1, 2].map(() => random.bytes(1 + random.below(most)));
    assert.ok(stdin && stdout && stderr);
    const gotOut = collect(near.read(1));
    const gotErr = collect(near.read(2));
    const toFar: unknown[] = [];
    const toNear: unknown[] = [];
    far.onControl = (message) => toFar.push(message);
    near.onControl = (message) => toNear.push(message);
    void near.write(0, stdin);
    near.end(0);
    near.control({ type: 'signal', signal: 'SIGINT' });
    far.control('hello');
    void far.write(2, stderr);
    void far.write(1, stdout);
    assert.ok((await collect(far.read(0))).equals(stdin), `stdin, seed ${seed}`);
    far.exit({ exitCode: 9 });
    far.close();
    assert.ok((await gotOut).equals(stdout), `stdout, seed ${seed}`);
    assert.ok((await gotErr).equals(stderr), `stderr, seed ${seed}`);
    assert.deepEqual(await near.exited, { exitCode: 9 });
    near.close();
    await relayed;
    assert.deepEqual(toFar, [{ type: 'signal', signal: 'SIGINT' }]);
    assert.deepEqual(toNear, ['hello']);
  }
});

test('an EOF passes while the other direction goes on', async () => {
  const { near, far } = await openRelayed();
  const out = collect(near.read(1));
  near.end(0);
  assert.equal((await collect(far.read(0))).length, 0);
  await far.write(1, Buffer.from('after eof'));
  far.end(1);
  assert.equal((await out).toString(), 'after eof');
});

test('a stalled reader stops the sender at the far end within one window on the way', async () => {
  const windowBytes = 20_000;
  const { near, far, back } = await openRelayed({ windowBytes });
  const reader = near.read(1)[Symbol.asyncIterator]();
  let crossed = 0;
  const receive = back.clientSocket.onMessage;
  back.clientSocket.onMessage = (message) => {
    crossed += message.length;
    receive?.(message);
  };
  const writing = far.write(1, Buffer.alloc(1_000_000));
  await settle();
  assert.ok(crossed >= windowBytes && crossed <= windowBytes + 1000, `${crossed} bytes went to the relay`);
  far.end(1);
  let read = 0;
  for (let chunk = await reader.next(); chunk.done !== true; chunk = await reader.next()) {
    read += chunk.value.length;
    assert.ok(crossed - read <= 3 * windowBytes);
  }
  await writing;
  assert.equal(read, 1_000_000);
});

test('credit without end does not fill the relay while its transport is stalled', async () => {
  const windowBytes = 50_000;
  const { near, far, front, back } = await openRelayed({ windowBytes });
  // A reader that allows far more than it takes: its window is a lie.
  const generous = (near as unknown as { inbound: { grant(stream: number, limit: number): void } }).inbound;
  generous.grant(1, 1e9);
  await settle();
  front.clientSocket.pause();
  let crossed = 0;
  const receive = back.clientSocket.onMessage;
  back.clientSocket.onMessage = (message) => {
    crossed += message.length;
    receive?.(message);
  };
  void far.write(1, Buffer.alloc(5_000_000)).catch(() => undefined);
  await settle(500);
  assert.ok(crossed < 600_000, `${crossed} bytes piled up`);
  front.clientSocket.break();
  await settle(10);
  front.serverSocket.break();
});

test('a close or an error at one end is seen at the other', async () => {
  const first = await openRelayed();
  first.near.close();
  assert.equal(await first.far.closed, undefined);
  await first.relayed;

  const second = await openRelayed();
  second.far.close(toErrorDocument(new RigError('remote_target_gone', 'web.1 has gone.')));
  await assert.rejects(second.near.exited, { code: 'remote_target_gone' });
  await second.relayed;

  const third = await openRelayed();
  third.near.close(toErrorDocument(new RigError('interrupted', 'Enough.')));
  assert.equal((await third.far.closed)?.code, 'interrupted');
  await third.relayed;
});

test('a lost connection on one side ends the other with connection_lost', async () => {
  const first = await openRelayed();
  first.back.serverSocket.break();
  await assert.rejects(first.near.exited, { code: 'connection_lost' });
  await first.relayed;

  const second = await openRelayed();
  second.front.clientSocket.break();
  assert.equal((await second.far.closed)?.code, 'connection_lost');
  await second.relayed;
});

test('the outcome and the output before it arrive although the far end is lost right behind it', async () => {
  const { near, far, front, back } = await openRelayed({ windowBytes: 1024 * 1024 });
  const out = collect(near.read(1));
  await settle();
  // What does not fit the stalled transport waits in the relay.
  front.clientSocket.pause();
  void far.write(1, Buffer.alloc(900_000, 1));
  far.exit({ exitCode: 0 });
  await settle();
  back.serverSocket.break();
  await settle();
  front.clientSocket.resume();
  assert.equal((await out).length, 900_000);
  assert.deepEqual(await near.exited, { exitCode: 0 });
});

test('a reader with a larger window than the relay gets everything', async () => {
  const { near, far } = await openRelayed({ windowBytes: 10_000, nearWindowBytes: 300_000 });
  const out = collect(near.read(1));
  await far.write(1, Buffer.alloc(250_000, 1));
  far.end(1);
  assert.equal((await out).length, 250_000);
});
