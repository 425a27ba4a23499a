import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRigError } from '@rig-ops/contract/errors';
import { type WebSocket, WebSocketServer } from 'ws';
import { KubernetesClient } from '../kubernetes-client.ts';
import { readKubeconfig } from '../kubeconfig.ts';

/** The channels of `exec` as they are published, frame by frame: no more of an API server than that. */
interface Peer {
  client: KubernetesClient;
  /** Query and protocols of the requests. */
  asked: IncomingMessage[];
}

async function serve(t: TestContext, protocol: string, onOpen: (socket: WebSocket) => void): Promise<Peer> {
  const asked: IncomingMessage[] = [];
  const server = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    handleProtocols: (offered) => (offered.has(protocol) ? protocol : false),
  });
  server.on('connection', (socket, request) => {
    asked.push(request);
    onOpen(socket);
  });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const access = readKubeconfig(
    JSON.stringify({
      'current-context': 'a',
      contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
      clusters: [{ name: 'a', cluster: { server: `http://127.0.0.1:${port}` } }],
      users: [{ name: 'a', user: { token: 'abc' } }],
    }),
    { trusted: false },
  );
  const client = new KubernetesClient(access);
  t.after(() => {
    client.close();
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  return { client, asked };
}

const POD = { namespace: 'n', name: 'p', container: 'app' };
const frame = (channel: number, bytes: string | Buffer): Buffer =>
  Buffer.concat([Buffer.of(channel), Buffer.from(bytes)]);
const SUCCESS = '{"metadata":{},"status":"Success"}';

describe('a program of a pod', () => {
  it('has its stdin ended where the server speaks version 5, and goes on', async (t) => {
    const taken: string[] = [];
    const { client, asked } = await serve(t, 'v5.channel.k8s.io', (socket) => {
      socket.send(frame(1, ''));
      socket.on('message', (data: Buffer) => {
        taken.push(data.toString('latin1'));
        if (data[0] !== 255) return;
        socket.send(frame(1, 'all of it'));
        socket.send(frame(2, 'and an error'));
        socket.send(frame(3, SUCCESS));
        socket.close(1000);
      });
    });
    const exec = await client.exec(POD, { command: ['cat', '-n'], tty: false });
    assert.equal(exec.endsInput, true);
    await exec.write(Buffer.from('abc'));
    await exec.endInput();
    const [stdout, stderr, end] = await Promise.all([
      text(exec.stdout),
      text(exec.stderr ?? exec.stdout),
      exec.ended,
    ]);
    assert.deepEqual([stdout, stderr, end], ['all of it', 'and an error', { type: 'exited', exitCode: 0 }]);
    assert.deepEqual(taken, ['\u0000abc', '\u00ff\u0000']);
    const url = new URL(asked[0]?.url ?? '', 'http://a');
    assert.equal(url.pathname, '/api/v1/namespaces/n/pods/p/exec');
    assert.deepEqual(url.searchParams.getAll('command'), ['cat', '-n']);
    assert.equal(asked[0]?.headers.authorization, 'Bearer abc');
    assert.equal(asked[0]?.headers['sec-websocket-protocol'], 'v5.channel.k8s.io,v4.channel.k8s.io');
  });

  it('tells that it cannot where the server speaks version 4', async (t) => {
    const taken: Buffer[] = [];
    const { client } = await serve(t, 'v4.channel.k8s.io', (socket) => {
      socket.on('message', (data: Buffer) => taken.push(data));
    });
    const exec = await client.exec(POD, { command: ['cat'], tty: false });
    assert.equal(exec.endsInput, false);
    await exec.endInput();
    await exec.resize({ columns: 80, rows: 24 });
    while (taken.length === 0) await sleep(5);
    assert.deepEqual(taken.map(String), ['\u0004{"Width":80,"Height":24}']);
    exec.close();
  });

  it('sends what is large in pieces, which nothing comes between', async (t) => {
    let all = Buffer.alloc(0);
    let largest = 0;
    const { client } = await serve(t, 'v5.channel.k8s.io', (socket) => {
      socket.on('message', (data: Buffer) => {
        largest = Math.max(largest, data.length);
        all = Buffer.concat([all, data.subarray(1)]);
        if (all.length === 300_000) socket.close(1000);
      });
    });
    const exec = await client.exec(POD, { command: ['cat'], tty: false });
    await Promise.all(['a', 'b', 'c'].map(async (letter) => await exec.write(Buffer.alloc(100_000, letter))));
    await exec.ended;
    assert.equal(all.toString(), 'a'.repeat(100_000) + 'b'.repeat(100_000) + 'c'.repeat(100_000));
    assert.ok(largest < 64 * 1024);
  });

  it('is lost where the connection ends without a word', async (t) => {
    const { client } = await serve(t, 'v5.channel.k8s.io', (socket) => {
      socket.send(frame(1, 'some'), () => socket.terminate());
    });
    const exec = await client.exec(POD, { command: ['cat'], tty: false });
    const [stdout, end] = await Promise.all([text(exec.stdout), exec.ended]);
    assert.deepEqual([stdout, end.type], ['some', 'lost']);
  });

  it('waits while nobody reads what it prints', async (t) => {
    const piece = frame(1, Buffer.alloc(64 * 1024));
    const peers: WebSocket[] = [];
    const { client } = await serve(t, 'v5.channel.k8s.io', (socket) => {
      peers.push(socket);
      for (let count = 0; count < 400; count += 1) socket.send(piece);
      socket.send(frame(3, SUCCESS));
    });
    const exec = await client.exec(POD, { command: ['yes'], tty: false });
    await sleep(300);
    assert.ok(exec.stdout.readableLength < 4 * 1024 * 1024, `${exec.stdout.readableLength} bytes are held`);
    let size = 0;
    exec.stdout.on('data', (bytes: Buffer) => {
      size += bytes.length;
      if (size === 400 * 64 * 1024) peers[0]?.close(1000);
    });
    assert.deepEqual(await exec.ended, { type: 'exited', exitCode: 0 });
    assert.equal(size, 400 * 64 * 1024);
  });

  it('is refused as the server says', async (t) => {
    const { client } = await serve(t, 'nothing.that.rig.speaks', () => undefined);
    await assert.rejects(client.exec(POD, { command: ['a'], tty: false }), isRigError);
  });
});

describe('a port of a pod', () => {
  it('carries both directions behind the number of the port', async (t) => {
    const { client, asked } = await serve(t, 'v4.channel.k8s.io', (socket) => {
      socket.send(frame(0, Buffer.from([0x90, 0x1f])));
      socket.send(frame(1, Buffer.from([0x90, 0x1f])));
      socket.on('message', (data: Buffer) => {
        socket.send(frame(0, `got ${data.subarray(1).toString()}`));
        socket.close(1000);
      });
    });
    const port = await client.forwardPort(POD, 8080);
    port.write('hello');
    assert.equal(await text(port), 'got hello');
    assert.equal(new URL(asked[0]?.url ?? '', 'http://a').searchParams.get('ports'), '8080');
  });

  it('that takes no connection says so', async (t) => {
    const { client } = await serve(t, 'v4.channel.k8s.io', (socket) => {
      socket.send(frame(0, Buffer.from([0x90, 0x1f])));
      socket.send(frame(1, Buffer.from([0x90, 0x1f])));
      socket.send(frame(1, 'connection refused'), () => socket.close(1000));
    });
    const port = await client.forwardPort(POD, 8080);
    await assert.rejects(text(port), (error) => isRigError(error) && error.code === 'port_refused');
  });
});
