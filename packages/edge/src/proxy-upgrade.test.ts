import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { rawExchange } from './testing/raw-exchange.ts';
import { findFreePort, TestEdge } from './testing/test-edge.ts';
import { waitUntil } from './testing/wait-until.ts';

let test = new TestEdge();
beforeEach(() => {
  test = new TestEdge();
});
afterEach(async () => {
  await test.close();
  assert.deepEqual(test.errors, []);
});

const upgrade = 'GET /chat HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n';

/** An upstream that echoes on upgraded connections, and says so when they end. */
function echoUpstream() {
  const sockets = new Set<Socket>();
  return test.upstream(
    (request, response) => void response.end(`plain ${request.headers.upgrade}`),
    (server) => {
      server.on('upgrade', (request, socket: Socket, head) => {
        if (request.headers.upgrade === 'refused') {
          socket.end('HTTP/1.1 403 No\r\nContent-Length: 4\r\n\r\nnope');
          return;
        }
        sockets.add(socket);
        socket.on('error', () => undefined);
        socket.write('HTTP/1.1 101 Fine\r\nConnection: Upgrade\r\nUpgrade: echo\r\nX-Own: 1\r\n\r\nhello ');
        if (head.length > 0) socket.write(head);
        socket.pipe(socket);
      });
    },
  );
}

describe('an upgraded connection', () => {
  it('carries bytes both ways until one side ends, and counts as under way', async () => {
    const upstream = await echoUpstream();
    const { port } = await test.route([upstream]);
    const client = connect({ port, host: '127.0.0.1' });
    let received = '';
    client.setEncoding('latin1').on('data', (chunk: string) => {
      received += chunk;
    });
    client.write(`${upgrade}early `);
    await waitUntil('the greeting', () => received.endsWith('hello early '));
    assert.match(received, /^HTTP\/1\.1 101 Fine\r\n/);
    assert.match(received, /X-Own: 1\r\n/);
    assert.match(received, /Connection: Upgrade\r\nUpgrade: echo\r\n/);
    assert.equal(test.edge.status().inFlight[upstream.instance], 1);
    // A switch to other upstreams leaves it alone.
    await test.route([], { port });
    client.end('last');
    await once(client, 'close');
    assert.ok(received.endsWith('hello early last'));
    await waitUntil('the count ends', () => test.edge.status().inFlight[upstream.instance] === undefined);
  });

  it('ends at the upstream when the client breaks off', async () => {
    const upstream = await echoUpstream();
    const { port } = await test.route([upstream]);
    const client = connect({ port, host: '127.0.0.1' });
    client.write(upgrade);
    await once(client, 'data');
    client.resetAndDestroy();
    await waitUntil('the count ends', () => test.edge.status().inFlight[upstream.instance] === undefined);
  });

  it('is refused in the words of the upstream, or of the edge', async () => {
    const upstream = await echoUpstream();
    const { port } = await test.route([upstream]);
    const refused = await rawExchange(port, upgrade.replace('Upgrade: echo', 'Upgrade: refused'));
    assert.match(refused, /^HTTP\/1\.1 403 No\r\n/);
    assert.ok(refused.endsWith('\r\n\r\nnope'));
    const dead = { instance: 'dead', host: '127.0.0.1', port: await findFreePort() };
    await test.route([dead], { port });
    assert.match(await rawExchange(port, upgrade), /^HTTP\/1\.1 502 shop does not answer\r\n/);
    assert.deepEqual(test.edge.status().inFlight, {});
    const hostPort = test.edge.status().hostPort ?? 0;
    assert.match(await rawExchange(hostPort, upgrade), /^HTTP\/1\.1 404/);
  });

  it('is not made of an offer of HTTP/2', async () => {
    const { port } = await test.route([await echoUpstream()]);
    const answer = await rawExchange(
      port,
      'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n\r\n',
    );
    assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/);
    assert.match(answer, /plain undefined/);
  });
});
