import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { WebSocket, WebSocketServer } from 'ws';
import type { Channel, OpenRequest } from './channel.ts';
import { Connection } from './connection.ts';
import { collect } from './testing/pair.ts';
import { Random } from './testing/random.ts';
import { messageSocketOfWs, WIRE_SUBPROTOCOL } from './ws.ts';

let server: WebSocketServer;
let onOpen: (request: OpenRequest) => void = () => undefined;
const connections: Connection[] = [];

before(async () => {
  server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  await once(server, 'listening');
  server.on('connection', (socket) => {
    connections.push(
      new Connection(messageSocketOfWs(socket), { role: 'server', onOpen: (request) => onOpen(request) }),
    );
  });
});
after(async () => {
  for (const client of server.clients) client.terminate();
  server.close();
  await once(server, 'close');
});

async function connect(): Promise<{ socket: WebSocket; connection: Connection }> {
  const { port } = server.address() as AddressInfo;
  const socket = new WebSocket(`ws://127.0.0.1:${port}`, WIRE_SUBPROTOCOL, { perMessageDeflate: false });
  await once(socket, 'open');
  return { socket, connection: new Connection(messageSocketOfWs(socket), { role: 'client' }) };
}

test('megabytes go both ways over real sockets, exactly', async () => {
  onOpen = (request) => {
    const channel = request.accept();
    void (async () => {
      for await (const chunk of channel.read(0)) await channel.write(1, chunk);
      channel.exit({ exitCode: 0 });
      channel.close();
    })();
  };
  const { connection } = await connect();
  const bytes = Buffer.from(new Random(5).bytes(5_000_000));
  const channels = [1, 2, 3].map(() => connection.open('echo', {}));
  await Promise.all(
    channels.map(async (channel) => {
      const echoed = collect(channel.read(1));
      await channel.write(0, bytes);
      channel.end(0);
      assert.deepEqual(await channel.exited, { exitCode: 0 });
      channel.close();
      assert.ok((await echoed).equals(bytes));
    }),
  );
  await connection.close();
  assert.equal(await connections.at(-1)?.closed, undefined);
});

test('a reader that stalls bounds what the server holds', async () => {
  const opened = Promise.withResolvers<Channel>();
  onOpen = (request) => opened.resolve(request.accept());
  const { connection } = await connect();
  const channel = connection.open('flood', {});
  const reader = channel.read(1)[Symbol.asyncIterator]();
  const source = await opened.promise;
  let taken = 0;
  const writing = (async () => {
    for (let i = 0; i < 640; i += 1) {
      await source.write(1, Buffer.alloc(64 * 1024));
      taken += 64 * 1024;
    }
    source.end(1);
  })();
  let read = (await reader.next()).value?.length ?? 0;
  // An echo on another channel proves that everything the flood could send has been sent.
  const other = connection.open('late', {});
  await other.accepted;
  assert.ok(taken - read < 1024 * 1024, `${taken - read} bytes are held`);
  for (let chunk = await reader.next(); chunk.done !== true; chunk = await reader.next())
    read += chunk.value.length;
  await writing;
  assert.equal(read, 640 * 64 * 1024);
  await connection.close();
});

test('a killed socket is connection_lost on both sides', async () => {
  onOpen = (request) => void request.accept();
  const { socket, connection } = await connect();
  const channel = connection.open('x', {});
  await channel.accepted;
  socket.terminate();
  assert.equal((await connection.closed)?.code, 'connection_lost');
  await assert.rejects(channel.exited, { code: 'connection_lost' });
  assert.equal((await connections.at(-1)?.closed)?.code, 'connection_lost');
});

test('a text message is refused', async () => {
  const { socket, connection } = await connect();
  socket.send('hello');
  const error = await connection.closed;
  assert.equal(error?.code, 'connection_lost');
});
