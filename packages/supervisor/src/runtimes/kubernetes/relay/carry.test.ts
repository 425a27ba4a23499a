import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { text } from 'node:stream/consumers';
import { carry } from './carry.ts';

async function listen(t: TestContext, onConnection: (socket: Socket) => void): Promise<number> {
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    t.after(() => socket.destroy());
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

const open = (port: number): Socket => connect({ port, host: '127.0.0.1', allowHalfOpen: true });

/** Something that leads to a port as a relay does. */
const relayTo = async (t: TestContext, port: number): Promise<number> =>
  await listen(t, (socket) => void carry(socket, open(port)));

describe('a connection that is carried', () => {
  it('ends one direction and goes on with the other', async (t) => {
    const sums = await listen(t, (socket) => {
      void text(socket.iterator({ destroyOnReturn: false }) as never).then((all) =>
        socket.end(`${all.length}`),
      );
    });
    const client = open(await relayTo(t, sums));
    client.end(Buffer.alloc(3_000_000));
    assert.equal(await text(client), '3000000');
  });

  it('waits for who reads slowly', async (t) => {
    let sent = 0;
    const held = Promise.withResolvers<void>();
    const chunk = Buffer.alloc(64 * 1024);
    const floods = await listen(t, (socket) => {
      const more = () => {
        while (socket.write(chunk)) sent += chunk.length;
        sent += chunk.length;
        held.resolve();
      };
      socket.on('drain', more);
      more();
    });
    const client = open(await relayTo(t, floods));
    client.pause();
    await once(client, 'connect');
    await held.promise;
    // As much as the kernel takes, and no more than that.
    let before = -1;
    while (sent !== before) {
      before = sent;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    assert.ok(sent < 64 * 1024 * 1024, `${sent} bytes are under way`);
    client.destroy();
  });

  it('is reset where the other side is', async (t) => {
    const resets = await listen(t, (socket) => socket.resetAndDestroy());
    const client = open(await relayTo(t, resets));
    const [error] = (await once(client, 'error')) as [NodeJS.ErrnoException];
    assert.equal(error.code, 'ECONNRESET');
  });
});
