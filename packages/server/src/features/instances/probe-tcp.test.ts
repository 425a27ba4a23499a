import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { it, type TestContext } from 'node:test';
import { probeTcp } from './probe-tcp.ts';

async function listen(test: TestContext, onConnection: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onConnection(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  test.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as { port: number }).port;
}

const probe = (port: number) => probeTcp({ port, timeoutMs: 5_000, signal: new AbortController().signal });

it('a port that takes connections and keeps them is well', async (test) => {
  const result = await probe(await listen(test, () => undefined));
  assert.deepEqual(result, { answered: true, host: '127.0.0.1', status: 0 });
});

it('one that speaks is well, whatever it does then', async (test) => {
  const result = await probe(await listen(test, (socket) => socket.end('hello')));
  assert.equal(result.answered, true);
});

it('one that closes at once is not: something between takes connections for nobody', async (test) => {
  const result = await probe(await listen(test, (socket) => socket.end()));
  assert.deepEqual(result, { answered: false, reason: 'closes connections at once' });
});
