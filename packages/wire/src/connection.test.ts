import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RigError, toErrorDocument } from '@rig-ops/contract/errors';
import type { Channel, OpenRequest } from './channel.ts';
import { Connection } from './connection.ts';
import { decodeFrame, encodeData, encodeJsonFrame, encodeOffset, type Frame } from './frame.ts';
import { FrameType, WIRE_LIMITS } from './protocol.ts';
import { collect, connectPair, openPair, settle } from './testing/pair.ts';
import { Random } from './testing/random.ts';
import { socketPair } from './testing/socket-pair.ts';

test('a command: params, stdin, stdout, stderr, control, outcome', async () => {
  const served = Promise.withResolvers<void>();
  const { client, server } = connectPair({
    onOpen: (request) => {
      assert.equal(request.kind, 'command');
      assert.deepEqual(request.params, { argv: ['cat'] });
      const channel = request.accept({ session: 's1' });
      void (async () => {
        const signals: unknown[] = [];
        channel.onControl = (message) => signals.push(message);
        for await (const chunk of channel.read(0)) await channel.write(1, chunk);
        await channel.write(2, Buffer.from('done\n'));
        channel.exit({ exitCode: 7, signals });
        channel.close();
        assert.equal(await channel.closed, undefined);
      })().then(served.resolve, served.reject);
    },
  });
  const channel = client.open('command', { argv: ['cat'] });
  const stdout = collect(channel.read(1));
  const stderr = collect(channel.read(2));
  channel.control({ type: 'signal', signal: 'SIGINT' });
  await channel.write(0, Buffer.from([0, 1, 255]));
  channel.end(0);
  assert.deepEqual(await channel.accepted, { session: 's1' });
  assert.deepEqual(await channel.exited, { exitCode: 7, signals: [{ type: 'signal', signal: 'SIGINT' }] });
  channel.close();
  assert.deepEqual([...(await stdout)], [0, 1, 255]);
  assert.equal((await stderr).toString(), 'done\n');
  await served.promise;
  await client.close();
  assert.equal(await server.closed, undefined);
});

test('a refusal arrives with its code and hint', async () => {
  const { client } = connectPair({
    onOpen: (request) => request.refuse(toErrorDocument(new RigError('app_not_found', 'There is no app x.'))),
  });
  const channel = client.open('command', {});
  await assert.rejects(channel.accepted, {
    code: 'app_not_found',
    message: 'There is no app x.',
    exitCode: 6,
  });
  await assert.rejects(channel.exited, { code: 'app_not_found' });
  assert.equal((await channel.closed)?.code, 'app_not_found');
});

test('without a handler every OPEN is refused, and a handler that throws refuses', async () => {
  const { client } = connectPair();
  await assert.rejects(client.open('logs', {}).accepted, { code: 'not_permitted' });
  const other = connectPair({
    onOpen: () => {
      throw new Error('boom');
    },
  });
  await assert.rejects(other.client.open('logs', {}).accepted, { code: 'unexpected', message: 'boom' });
});

test('writes and control before ACCEPT wait for it', async () => {
  const requests: OpenRequest[] = [];
  const { client } = connectPair({ onOpen: (request) => requests.push(request) });
  const channel = client.open('command', {});
  const written = channel.write(0, Buffer.from('early'));
  channel.control('early');
  channel.end(0);
  await written;
  await settle();
  const accepted = requests[0]?.accept();
  assert.ok(accepted);
  assert.equal((await collect(accepted.read(0))).toString(), 'early');
  const messages: unknown[] = [];
  accepted.onControl = (message) => messages.push(message);
  assert.deepEqual(messages, ['early']);
});

test('the caller may change its bytes once write() has resolved', async () => {
  const { near, far } = await openPair();
  const bytes = Buffer.alloc(100_000, 1);
  await near.write(0, bytes);
  bytes.fill(2);
  near.end(0);
  assert.ok((await collect(far.read(0))).every((byte) => byte === 1));
});

test('a closed channel: readers keep what came, then see the error; a cut stream is no end', async () => {
  const { near, far } = await openPair();
  const broken = near.read(1)[Symbol.asyncIterator]();
  const cut = near.read(2)[Symbol.asyncIterator]();
  await settle();
  await far.write(1, Buffer.from('kept'));
  await settle();
  far.close(toErrorDocument(new RigError('remote_target_gone', 'web.1 has gone.')));
  await settle();
  assert.equal(Buffer.from((await broken.next()).value ?? []).toString(), 'kept');
  await assert.rejects(broken.next(), { code: 'remote_target_gone' });
  await assert.rejects(cut.next(), { code: 'remote_target_gone' });
  await assert.rejects(near.write(0, Buffer.from('x')), { code: 'remote_target_gone' });
  assert.equal((await near.closed)?.code, 'remote_target_gone');

  const second = await openPair();
  const reading = collect(second.near.read(1));
  await settle();
  second.far.close();
  await assert.rejects(reading, { code: 'connection_lost' });
  await assert.rejects(second.near.exited, { code: 'connection_lost' });
  await assert.rejects(second.near.write(0, Buffer.from('x')), { code: 'cancelled' });
  assert.equal(await second.near.closed, undefined);
});

test('an orderly close here ends readers here quietly and flushes what was written', async () => {
  const { near, far } = await openPair();
  const local = collect(far.read(0));
  const reading = collect(near.read(1));
  await settle();
  await far.write(1, Buffer.alloc(1_000_000, 7));
  far.end(1);
  far.close();
  assert.equal((await local).length, 0);
  assert.equal((await reading).length, 1_000_000);
});

test('close() does not wait for stdin that nobody will read once the outcome is known', async () => {
  const { near, far } = await openPair();
  const dropped = assert.rejects(near.write(0, Buffer.alloc(2_000_000)), { code: 'cancelled' });
  await settle();
  far.exit({ exitCode: 0 });
  assert.deepEqual(await near.exited, { exitCode: 0 });
  near.close();
  assert.equal(await near.closed, undefined);
  assert.equal(await far.closed, undefined);
  await dropped;
});

test('the outcome ends streams that were never ended', async () => {
  const { near, far } = await openPair();
  const stdout = collect(near.read(1));
  const stderr = collect(near.read(2));
  await far.write(1, Buffer.from('out'));
  far.exit({});
  assert.equal((await stdout).toString(), 'out');
  assert.equal((await stderr).length, 0);
});

test('a broken transport is connection_lost everywhere', async () => {
  const { near, far, client, server, clientSocket } = await openPair();
  const reading = collect(near.read(1));
  clientSocket.break();
  await assert.rejects(reading, { code: 'connection_lost' });
  await assert.rejects(near.exited, { code: 'connection_lost' });
  assert.equal((await far.closed)?.code, 'connection_lost');
  assert.equal((await client.closed)?.code, 'connection_lost');
  assert.equal((await server.closed)?.code, 'connection_lost');
  await assert.rejects(client.open('late', {}).accepted, { code: 'connection_lost' });
});

test('close() of a connection sends what is queued first', async () => {
  const { near, far, server } = await openPair();
  const reading = collect(near.read(1));
  await settle();
  void far.write(1, Buffer.alloc(3_000_000, 1));
  far.exit({ exitCode: 3 });
  far.close();
  await server.close();
  assert.equal((await reading).length, 3_000_000);
  assert.deepEqual(await near.exited, { exitCode: 3 });
});

test('silence ends a connection', async () => {
  const [near, far] = socketPair();
  const connection = new Connection(near, { role: 'client', keepAliveMs: 10 });
  const channel = connection.open('x', {});
  far.onMessage = () => undefined;
  assert.equal((await connection.closed)?.code, 'connection_lost');
  await assert.rejects(channel.accepted, { code: 'connection_lost' });
});

test('an idle connection whose other side answers lives on', async () => {
  const [near, far] = socketPair();
  const connection = new Connection(near, { role: 'client', keepAliveMs: 5 });
  let pings = 0;
  const over = connection.closed.then(() => Promise.reject(new Error('it ended')));
  const answered = new Promise<void>((resolve) => {
    far.onMessage = (message) => {
      const frame = decodeFrame(message);
      if (frame.type === FrameType.hello) far.send(encodeJsonFrame(FrameType.hello, 0, { version: 1 }));
      if (frame.type !== FrameType.ping) return;
      const pong = message.slice();
      pong[0] = FrameType.pong;
      far.send(pong);
      pings += 1;
      if (pings === 10) resolve();
    };
  });
  await Promise.race([answered, over]);
  over.catch(() => undefined);
  await connection.close();
});

test('a flood on one channel does not delay a small write on another', async () => {
  const channels: Channel[] = [];
  const { client } = connectPair({ onOpen: (request) => channels.push(request.accept()) });
  const flood = client.open('flood', {});
  const small = client.open('small', {});
  await Promise.all([flood.accepted, small.accepted]);
  let flooded = 0;
  const [floodEnd, smallEnd] = channels;
  assert.ok(floodEnd && smallEnd);
  const drain = (async () => {
    for await (const chunk of floodEnd.read(0)) flooded += chunk.length;
  })();
  const echo = smallEnd.read(0)[Symbol.asyncIterator]();
  const arrival = echo.next();
  await settle();
  const writing = flood.write(0, Buffer.alloc(64 * 1024 * 1024));
  await settle(20);
  const before = flooded;
  await small.write(0, Buffer.from('x'));
  await arrival;
  const between = flooded - before;
  assert.ok(between <= 1024 * 1024, `${between} bytes of the flood went ahead`);
  assert.ok(flooded < 64 * 1024 * 1024, 'the flood was over before the small write');
  await writing;
  flood.end(0);
  await drain;
  assert.equal(flooded, 64 * 1024 * 1024);
});

test('a transport that does not drain is handed no more than the bound', async () => {
  const { near, far, clientSocket, serverSocket } = await openPair({ windowBytes: 8 * 1024 * 1024 });
  const reading = collect(far.read(0));
  await settle();
  serverSocket.pause();
  void near.write(0, Buffer.alloc(4 * 1024 * 1024));
  near.end(0);
  await settle();
  assert.ok(clientSocket.bufferedAmount <= WIRE_LIMITS.bufferedBytes + WIRE_LIMITS.dataBytes + 100);
  serverSocket.resume();
  assert.equal((await reading).length, 4 * 1024 * 1024);
});

test('too many channels at once are refused here and a breach from there', async () => {
  const { client, server } = connectPair({ onOpen: () => undefined });
  for (let i = 0; i < WIRE_LIMITS.channels; i += 1) client.open('x', {});
  assert.throws(() => client.open('x', {}), RangeError);
  await client.close();
  await server.closed;

  const raw = rawPeer();
  for (let id = 1; id <= 2 * WIRE_LIMITS.channels + 1; id += 2) raw.send(open(id));
  assert.equal((await raw.connection.closed)?.code, 'remote_protocol');
});

test('an id is free again when both sides have closed', async () => {
  const { client } = connectPair({ onOpen: (request) => request.accept().close() });
  for (let i = 0; i < 3 * WIRE_LIMITS.channels; i += 1) {
    const channel = client.open('x', {});
    await channel.closed;
  }
  await client.close();
});

const open = (id: number) => encodeJsonFrame(FrameType.open, id, { kind: 'x', params: null });
const hello = encodeJsonFrame(FrameType.hello, 0, { version: 1 });

/** A connection that accepts and reads stream 0 of everything, and a hand that sends it raw frames. */
function rawPeer({ greet = true } = {}) {
  const [near, far] = socketPair();
  const frames: Frame[] = [];
  far.onMessage = (message) => frames.push(decodeFrame(message));
  const connection = new Connection(near, {
    role: 'server',
    keepAliveMs: 0,
    windowBytes: 1000,
    onOpen: (request) => void collect(request.accept().read(0)).catch(() => undefined),
  });
  if (greet) far.send(hello);
  return { connection, frames, send: (message: Uint8Array) => far.send(message) };
}

const breaches: [string, Uint8Array[]][] = [
  ['data beyond the credit', [open(1), encodeData(1, 0, 0, new Uint8Array(1001))]],
  ['data on a stream nobody reads', [open(1), encodeData(1, 3, 0, new Uint8Array(1))]],
  ['a hole', [open(1), encodeData(1, 0, 5, new Uint8Array(1))]],
  ['a repetition', [open(1), encodeData(1, 0, 0, new Uint8Array(9)), encodeData(1, 0, 0, new Uint8Array(9))]],
  ['an EOF that is early', [open(1), encodeOffset(FrameType.eof, 1, 0, 3)]],
  [
    'data behind EOF',
    [open(1), encodeOffset(FrameType.eof, 1, 0, 0), encodeData(1, 0, 0, new Uint8Array(1))],
  ],
  [
    'credit taken back',
    [open(1), encodeOffset(FrameType.credit, 1, 1, 10), encodeOffset(FrameType.credit, 1, 1, 9)],
  ],
  ['a frame on a channel that is not open', [encodeData(5, 0, 0, new Uint8Array(1))]],
  ['an id of the other half', [open(2)]],
  ['an id that was used', [open(3), open(3)]],
  ['an OPEN without a kind', [encodeJsonFrame(FrameType.open, 1, { params: 1 })]],
  ['an ACCEPT for an own channel', [open(1), encodeJsonFrame(FrameType.accept, 1, null)]],
  ['a second HELLO', [hello]],
  [
    'a frame behind EXIT',
    [open(1), encodeJsonFrame(FrameType.exit, 1, {}), encodeData(1, 0, 0, new Uint8Array(1))],
  ],
  [
    'a frame behind CLOSE',
    [open(1), encodeJsonFrame(FrameType.close, 1, undefined), encodeData(1, 0, 0, new Uint8Array(1))],
  ],
  ['a CLOSE with half an error', [open(1), encodeJsonFrame(FrameType.close, 1, { code: 'x' })]],
  [
    'more messages than are kept',
    [
      open(1),
      ...Array.from({ length: WIRE_LIMITS.controlMessages + 1 }, () =>
        encodeJsonFrame(FrameType.control, 1, 0),
      ),
    ],
  ],
];
for (const [name, messages] of breaches) {
  test(`${name} ends the connection as remote_protocol`, async () => {
    const raw = rawPeer();
    for (const message of messages) raw.send(message);
    assert.equal((await raw.connection.closed)?.code, 'remote_protocol');
    await settle(10);
    const last = raw.frames.at(-1);
    assert.ok(last?.type === FrameType.close && last.channel === 0, 'the other side is told why');
  });
}

test('another version, and a first frame that is no HELLO, are remote_protocol on both sides', async () => {
  const raw = rawPeer({ greet: false });
  raw.send(encodeJsonFrame(FrameType.hello, 0, { version: 99 }));
  const error = await raw.connection.closed;
  assert.equal(error?.code, 'remote_protocol');
  assert.equal(error?.exitCode, 251);
  assert.match(error?.message ?? '', /version 99/);
  const other = rawPeer({ greet: false });
  other.send(open(1));
  assert.equal((await other.connection.closed)?.code, 'remote_protocol');

  const [near, far] = socketPair();
  const told = new Connection(near, { role: 'client', keepAliveMs: 0 });
  far.send(encodeJsonFrame(FrameType.close, 0, toErrorDocument(new RigError('remote_protocol', 'Too old.'))));
  assert.equal((await told.closed)?.message, 'Too old.');
});

test('random frames never crash: the connection goes on or ends as remote_protocol', async () => {
  for (let seed = 1; seed <= 150; seed += 1) {
    const random = new Random(seed);
    const raw = rawPeer();
    const types = Object.values(FrameType);
    for (let i = 0; i < 60; i += 1) {
      const type = types[random.below(types.length)] ?? 1;
      const id = random.below(6);
      const pick = random.below(5);
      if (pick === 0) raw.send(open(2 * i + 1));
      else if (pick === 1)
        raw.send(encodeData(id, random.below(3), random.below(3), new Uint8Array(1 + random.below(9))));
      else if (pick === 2)
        raw.send(Buffer.concat([Buffer.from([type, 0, 0, 0, id]), random.bytes(random.below(12))]));
      else if (pick === 3) raw.send(Buffer.from([type, 0, 0, 0, id, 0x7b, 0x7d]));
      else raw.send(encodeOffset(FrameType.credit, id, random.below(3), random.below(100)));
    }
    raw.send(new Uint8Array([0]));
    const error = await raw.connection.closed;
    assert.ok(error === undefined || error.code === 'remote_protocol', `seed ${seed}: ${error?.code}`);
  }
});
