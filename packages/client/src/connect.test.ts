import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { INVOCATION_HEADER } from '@rig-ops/contract/api-version';
import { ChannelStream } from '@rig-ops/contract/channels';
import { isRigError, RigError, toErrorDocument } from '@rig-ops/contract/errors';
import { CONNECT_PATH } from '@rig-ops/contract/routes';
import { Connection, type OpenRequest, sendRecords, WIRE_SUBPROTOCOL } from '@rig-ops/wire';
import { messageSocketOfWs } from '@rig-ops/wire/ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { RigClient } from './rig-client.ts';
import { makeFolder } from './testing/temporary-folder.ts';

interface Platform {
  socketPath: string;
  sockets: WebSocket[];
}

const handleProtocols = (offered: Set<string>) => offered.has(WIRE_SUBPROTOCOL) && WIRE_SUBPROTOCOL;

/** A platform that speaks wire on a socket whose path no `ws+unix:` URL could hold. */
async function startPlatform(t: TestContext, onOpen: (request: OpenRequest) => void): Promise<Platform> {
  const socketPath = join(await makeFolder(t), 'a b:c.sock');
  const sockets: WebSocket[] = [];
  const http = createServer();
  const server = new WebSocketServer({ noServer: true, handleProtocols });
  http.on('upgrade', (request, socket, head) => {
    if (request.headers.authorization !== 'Bearer right' || request.url !== CONNECT_PATH) {
      const error = toErrorDocument(new RigError('not_authenticated', 'The token is not known.'));
      const body = JSON.stringify({ error });
      socket.end(`HTTP/1.1 401 Unauthorized\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
      return;
    }
    assert.equal(request.headers[INVOCATION_HEADER], 'i-1');
    server.handleUpgrade(request, socket, head, (ws) => {
      sockets.push(ws);
      const connection = new Connection(messageSocketOfWs(ws), { role: 'server', onOpen });
      void connection.closed;
    });
  });
  http.listen(socketPath);
  await once(http, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.terminate();
    http.close();
  });
  return { socketPath, sockets };
}

function makeClient(t: TestContext, socketPath: string, token = 'right'): RigClient {
  const client = new RigClient({ name: 'test', socketPath, token, invocationId: 'i-1' });
  t.after(() => client.close());
  return client;
}

const code = (expected: string) => (error: unknown) => isRigError(error) && error.code === expected;

async function* numbers(count: number) {
  for (let at = 1; at <= count; at += 1) yield { type: 'line', at };
}

test('one connection carries every channel, and its records arrive in order', async (t) => {
  const asked: unknown[] = [];
  const platform = await startPlatform(t, (request) => {
    asked.push([request.kind, request.params]);
    void sendRecords(request.accept(), ChannelStream.records, numbers(2000)).catch(() => undefined);
  });
  const client = makeClient(t, platform.socketPath);
  const { signal } = new AbortController();
  const read = async () => {
    const seen: { at: number }[] = [];
    for await (const record of client.records<{ at: number }>('logs', { app: 'blog' }, { signal })) {
      seen.push(record);
    }
    return seen;
  };
  const [first, second] = await Promise.all([read(), read()]);
  assert.deepEqual(
    first.map(({ at }) => at),
    Array.from({ length: 2000 }, (_, index) => index + 1),
  );
  assert.deepEqual(second, first);
  assert.deepEqual(asked, [
    ['logs', { app: 'blog' }],
    ['logs', { app: 'blog' }],
  ]);
  assert.equal(platform.sockets.length, 1);
});

test('a refused upgrade and a refused channel tell the error of the platform', async (t) => {
  const platform = await startPlatform(t, (request) =>
    request.refuse(toErrorDocument(new RigError('app_not_found', 'There is no app "nope".'))),
  );
  const { signal } = new AbortController();
  const first = async (client: RigClient) => {
    for await (const record of client.records('logs', { app: 'nope' }, { signal })) return record;
    return undefined;
  };
  await assert.rejects(first(makeClient(t, platform.socketPath, 'wrong')), code('not_authenticated'));
  await assert.rejects(first(makeClient(t, platform.socketPath)), code('app_not_found'));
});

test('after a loss the reader hears of it, and the next one gets a new connection', async (t) => {
  const platform = await startPlatform(t, (request) => {
    const channel = request.accept();
    void channel.write(ChannelStream.records, Buffer.from('{"n":1}\n'));
  });
  const client = makeClient(t, platform.socketPath);
  const { signal } = new AbortController();
  const read = async (onRecord: () => void) => {
    for await (const record of client.records('logs', { app: 'blog' }, { signal })) {
      assert.deepEqual(record, { n: 1 });
      onRecord();
    }
  };
  await assert.rejects(
    read(() => platform.sockets[0]?.terminate()),
    code('connection_lost'),
  );
  await assert.rejects(
    read(() => platform.sockets[1]?.terminate()),
    code('connection_lost'),
  );
  assert.equal(platform.sockets.length, 2);
});

test('an abort ends the records with its reason and the channel at the platform', async (t) => {
  const closed = Promise.withResolvers<void>();
  const platform = await startPlatform(t, (request) => {
    const channel = request.accept();
    void channel.write(ChannelStream.records, Buffer.from('{"n":1}\n'));
    void channel.closed.then(() => closed.resolve());
  });
  const client = makeClient(t, platform.socketPath);
  const stop = new AbortController();
  await assert.rejects(async () => {
    for await (const record of client.records('logs', {}, { signal: stop.signal })) {
      assert.deepEqual(record, { n: 1 });
      stop.abort(new Error('enough'));
    }
  }, /^Error: enough$/);
  await closed.promise;
});

test('a reader that stops early closes the channel', async (t) => {
  const closed = Promise.withResolvers<void>();
  const platform = await startPlatform(t, (request) => {
    const channel = request.accept();
    void channel.closed.then(() => closed.resolve());
    void sendRecords(channel, ChannelStream.records, numbers(1_000_000)).catch(() => undefined);
  });
  const client = makeClient(t, platform.socketPath);
  const { signal } = new AbortController();
  for await (const record of client.records('logs', {}, { signal })) {
    assert.deepEqual(record, { type: 'line', at: 1 });
    break;
  }
  await closed.promise;
});

test('a client is closed at once, also while nobody answers where it connects', async (t) => {
  const socketPath = join(await makeFolder(t), 'nobody.sock');
  const client = new RigClient({ name: 'test', token: 'wrong', socketPath });
  const connecting = client.connect().then(
    () => 'connected',
    () => 'refused',
  );
  const closed = (async () => {
    await client.close();
    return 'closed';
  })();
  assert.equal(await Promise.race([closed, connecting]), 'closed');
  // So that the attempt comes to its end.
  const http = createServer();
  http.on('upgrade', (_request, socket) =>
    socket.end('HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n'),
  );
  http.listen(socketPath);
  t.after(() => http.close());
  assert.equal(await connecting, 'refused');
});
