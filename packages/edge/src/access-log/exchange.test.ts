import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request as sendRequest } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, it } from 'node:test';
import type { AccessConnection, AccessRequest } from '@rig-ops/contract/access-record';
import { rawExchange } from '../testing/raw-exchange.ts';
import { findFreePort, TestEdge } from '../testing/test-edge.ts';
import { waitUntil } from '../testing/wait-until.ts';

let test = new TestEdge();
beforeEach(() => {
  test = new TestEdge();
});
afterEach(async () => {
  await test.close();
  assert.deepEqual(test.errors, []);
});

const requests = () => test.records.map(({ record }) => record).filter((record) => record.type === 'request');
const connections = () =>
  test.records
    .map(({ record }) => record)
    .filter((record): record is AccessConnection => record.type === 'connection');
async function told(count: number): Promise<AccessRequest[]> {
  await waitUntil(`${count} requests`, () => requests().length >= count);
  return requests();
}

it('tells what was asked, by whom, what answered, and how much travelled', async () => {
  const upstream = await test.upstream((request, response) => {
    request.resume().once('end', () => response.writeHead(201).end('x'.repeat(10_000)));
  });
  const { port } = await test.route([{ ...upstream, name: 'web.1' }]);
  const head =
    'POST /a/b?token=hidden HTTP/1.1\r\nHost: shop.test\r\nX-Request-Id: id-1\r\nContent-Length: 2000\r\nConnection: close\r\n\r\n';
  const answer = await rawExchange(port, head + 'y'.repeat(2000));
  const [record] = await told(1);
  assert.ok(record !== undefined);
  const { connectMs, firstByteMs, totalMs, ...rest } = record;
  assert.deepEqual(rest, {
    type: 'request',
    requestId: 'id-1',
    method: 'POST',
    host: 'shop.test',
    path: '/a/b',
    status: 201,
    outcome: 'answered',
    bytesIn: Buffer.byteLength(head) + 2000,
    bytesOut: Buffer.byteLength(answer),
    instance: 'web.1',
    protocol: 'HTTP/1.1',
    client: '127.0.0.1',
  });
  assert.ok(connectMs !== null && firstByteMs !== null);
  assert.ok(connectMs <= firstByteMs && firstByteMs <= totalMs);
  assert.deepEqual(
    test.records.map(({ appId, instance, release }) => ({ appId, instance, release })),
    [{ appId: 'app-1', instance: 'web.1', release: 1 }],
  );
});

it('counts the bytes of each request of a kept connection by themselves', async () => {
  const upstream = await test.upstream((_, response) => response.end('ok'));
  const { port } = await test.route([upstream]);
  const socket = connect(port, '127.0.0.1');
  socket.resume();
  const first = 'GET /1 HTTP/1.1\r\nHost: x\r\n\r\n';
  const second = 'GET /longer/path HTTP/1.1\r\nHost: x\r\n\r\n';
  socket.write(first);
  await told(1);
  socket.write(second);
  const records = await told(2);
  socket.destroy();
  assert.deepEqual(
    records.map(({ bytesIn }) => bytesIn),
    [first.length, second.length],
  );
  assert.equal(records[0]?.bytesOut, records[1]?.bytesOut);
});

it('tells a client that left from an instance that broke its answer off', async () => {
  let wait = true;
  const upstream = await test.upstream((_, response) => {
    response.writeHead(200, { 'content-length': 1000 });
    response.write('part', () => {
      if (!wait) response.destroy();
    });
  });
  const { port } = await test.route([upstream]);
  const leaving = sendRequest({ port, path: '/leaves' });
  leaving.on('error', () => undefined);
  leaving.end();
  const [answer] = (await once(leaving, 'response')) as [IncomingMessage];
  answer.on('error', () => undefined);
  leaving.destroy();
  assert.equal((await told(1))[0]?.outcome, 'client-gone');
  wait = false;
  const broken = sendRequest({ port, path: '/breaks' });
  broken.on('error', () => undefined);
  broken.end();
  const [cut] = (await once(broken, 'response')) as [IncomingMessage];
  cut.on('error', () => undefined).resume();
  const [, second] = await told(2);
  assert.equal(second?.outcome, 'broken');
  assert.equal(second.status, 200);
});

it('names connections that an instance refused, once, and the request that found another', async () => {
  const good = await test.upstream((_, response) => response.end('ok'));
  const dead = { instance: 'i-dead', name: 'web.1', host: '127.0.0.1', port: await findFreePort() };
  const { port } = await test.route([dead, { ...good, name: 'web.2' }]);
  for (let count = 0; count < 4; count += 1) {
    await rawExchange(port, 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  }
  const records = await told(4);
  assert.deepEqual(
    new Set(records.map(({ status, instance }) => `${status} ${instance}`)),
    new Set(['200 web.2']),
  );
  assert.ok(connections().length > 0);
  for (const { problem, instance } of connections())
    assert.deepEqual([problem, instance], ['refused', 'web.1']);
  assert.equal(new Set(connections().map(({ requestId }) => requestId)).size, connections().length);
});

it('tells why nothing answered', async () => {
  const { port } = await test.route([]);
  await rawExchange(port, 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  const host = test.edge.status().hostPort;
  assert.ok(host !== null);
  await rawExchange(host, 'GET / HTTP/1.1\r\nHost: nobody.localhost\r\nConnection: close\r\n\r\n');
  const [none, unrouted] = await told(2);
  assert.deepEqual([none?.outcome, none?.status, none?.instance], ['no-instance', 503, null]);
  assert.deepEqual([unrouted?.outcome, unrouted?.status], ['no-route', 404]);
  assert.equal(test.records[1]?.appId, null);
});

it('tells an upgraded connection when it ends', async () => {
  const upstream = await test.upstream(
    () => assert.fail(),
    (server) =>
      server.on('upgrade', (_request, socket) => {
        socket.write('HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
        socket.pipe(socket);
      }),
  );
  const { port } = await test.route([upstream]);
  const socket = connect(port, '127.0.0.1');
  socket.write('GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
  await once(socket, 'data');
  assert.equal(requests().length, 0);
  socket.end('bye');
  socket.resume();
  await once(socket, 'close');
  const [record] = await told(1);
  assert.deepEqual([record?.status, record?.outcome, record?.protocol], [101, 'answered', 'echo']);
});

it('tells of what is no request', async () => {
  const { port } = await test.route([]);
  await rawExchange(port, 'no http at all\r\n\r\n');
  const [record] = await told(1);
  assert.deepEqual([record?.outcome, record?.status, record?.bytesIn], ['bad-request', 400, 18]);
});
