import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request as sendRequest } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { rawExchange } from './testing/raw-exchange.ts';
import { findFreePort, listenAnywhere, TestEdge } from './testing/test-edge.ts';
import { waitUntil } from './testing/wait-until.ts';

let test = new TestEdge();
beforeEach(() => {
  test = new TestEdge();
});
afterEach(async () => {
  await test.close();
  assert.deepEqual(test.errors, []);
});

describe('a request through the edge', () => {
  it('arrives as it was sent, and tells the upstream who sent it', async () => {
    const requests: IncomingMessage[] = [];
    const upstream = await test.upstream((request, response) => {
      requests.push(request);
      response.writeHead(201, 'Made', [
        'Set-Cookie',
        'a=1',
        'Set-Cookie',
        'b=2',
        'X-Own',
        'yes',
        'Connection',
        'X-Hop',
        'X-Hop',
        '1',
      ]);
      response.end('done');
    });
    const { port } = await test.route([upstream]);
    const answer = await rawExchange(
      port,
      'GET /a%20b?c=d HTTP/1.1\r\nHost: shop.test:1\r\nX-Two: 1\r\nX-Two: 2\r\nX-Forwarded-For: 6.6.6.6\r\n' +
        'X-Hop: 1\r\nTE: trailers\r\nConnection: close, X-Hop\r\nX-Request-Id: abc-1\r\n\r\n',
    );
    assert.match(answer, /^HTTP\/1\.1 201 Made\r\n/);
    assert.match(answer, /Set-Cookie: a=1\r\nSet-Cookie: b=2\r\nX-Own: yes\r\n/);
    assert.match(answer, /X-Request-Id: abc-1/);
    assert.doesNotMatch(answer, /X-Hop/i);
    const [seen] = requests;
    assert.equal(seen?.url, '/a%20b?c=d');
    const { host, te, 'x-hop': hop, ...headers } = seen.headersDistinct;
    assert.deepEqual([host, te, hop], [['shop.test:1'], undefined, undefined]);
    assert.deepEqual(headers['x-two'], ['1', '2']);
    assert.deepEqual(headers['x-forwarded-for'], ['127.0.0.1']);
    assert.deepEqual(headers['x-forwarded-proto'], ['http']);
    assert.deepEqual(headers['x-forwarded-host'], ['shop.test:1']);
    assert.deepEqual(headers['x-request-id'], ['abc-1']);
  });

  it('keeps its framing, whatever it says of its connection', async () => {
    const bodies: string[] = [];
    const upstream = await test.upstream((request, response) => {
      text(request).then((body) => {
        bodies.push(`${request.method} ${body}`);
        return response.end('ok');
      }, assert.fail);
    });
    const { port } = await test.route([upstream]);
    const post =
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nConnection: content-length, close\r\n\r\nhello';
    assert.match(await rawExchange(port, post), /^HTTP\/1\.1 200/);
    const get =
      'GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n0\r\n\r\n';
    assert.match(await rawExchange(port, get), /^HTTP\/1\.1 200/);
    assert.match(await rawExchange(port, 'GET / HTTP/1.0\r\n\r\n'), /^HTTP\/1\.1 200/);
    const both =
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n';
    assert.match(await rawExchange(port, both), /^HTTP\/1\.1 400/);
    const hidden =
      'GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nConnection: content-length, host, close\r\n\r\nhello';
    assert.match(await rawExchange(port, hidden), /^HTTP\/1\.1 200/);
    assert.deepEqual(bodies, ['POST hello', 'GET abc', 'GET ', 'GET hello']);
  });

  it('and its answer are streamed to the byte in both directions', async () => {
    const upstream = await test.upstream((request, response) => void request.pipe(response));
    const { url } = await test.route([upstream]);
    const body = Buffer.alloc(8 * 1024 * 1024);
    for (let index = 0; index < body.length; index += 1) body[index] = (index * 31 + (index >> 8)) & 0xff;
    const response = await fetch(url, { method: 'POST', body });
    assert.ok(Buffer.from(await response.arrayBuffer()).equals(body));
  });

  it('has no body where HTTP allows none', async () => {
    const upstream = await test.upstream((request, response) => {
      if (request.method === 'HEAD') response.writeHead(200, { 'content-length': 5 }).end();
      else response.writeHead(request.url === '/304' ? 304 : 204).end();
    });
    const { url } = await test.route([upstream]);
    const head = await fetch(url, { method: 'HEAD' });
    assert.deepEqual([head.status, head.headers.get('content-length')], [200, '5']);
    assert.equal((await fetch(`${url}/204`)).status, 204);
    assert.equal((await fetch(`${url}/304`)).status, 304);
  });

  it('gets the first event of a stream while the stream goes on', async () => {
    const upstream = await test.upstream((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      setImmediate(() => response.write('data: 1\n\n'));
    });
    const { url } = await test.route([upstream]);
    const response = await fetch(url);
    const reader = response.body?.getReader();
    assert.equal(Buffer.from((await reader?.read())?.value ?? []).toString(), 'data: 1\n\n');
    assert.deepEqual(Object.values(test.edge.status().inFlight), [1]);
    await reader?.cancel();
    await waitUntil(
      'the count ends with the client',
      () => test.edge.status().inFlight[upstream.instance] === undefined,
    );
  });

  it('is answered no faster than the client reads', async () => {
    let written = 0;
    const chunk = Buffer.alloc(64 * 1024);
    const upstream = await test.upstream((_request, response) => {
      const writeOn = () => {
        do written += chunk.length;
        while (response.write(chunk) && written < 512 * 1024 * 1024);
      };
      response.on('error', () => undefined);
      response.on('drain', writeOn);
      writeOn();
    });
    const { port } = await test.route([upstream]);
    const client = connect({ port, host: '127.0.0.1' });
    client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(client, 'readable');
    let before = -1;
    await waitUntil('the upstream is held up', async () => {
      const isHeld = written === before;
      before = written;
      await delay(100);
      return isHeld;
    });
    assert.ok(written < 64 * 1024 * 1024, `${written} bytes went out to a client that reads none`);
    client.destroy();
  });

  it('ends at the upstream when its client goes away, before the answer and in an upload', async () => {
    const ended: string[] = [];
    const upstream = await test.upstream((request, response) => {
      request.resume();
      request.on('error', () => undefined);
      response.once('close', () => ended.push(request.method ?? ''));
    });
    const { url } = await test.route([upstream]);
    const abort = new AbortController();
    const waiting = fetch(url, { signal: abort.signal });
    await waitUntil('it is under way', () => test.edge.status().inFlight[upstream.instance] === 1);
    abort.abort();
    await assert.rejects(waiting);
    await waitUntil('the upstream sees the end', () => ended.length === 1);
    const upload = sendRequest(url, { method: 'POST', headers: { 'content-length': 1_000_000 } });
    upload.on('error', () => undefined);
    upload.write('some');
    await waitUntil('it is under way', () => test.edge.status().inFlight[upstream.instance] === 1);
    upload.destroy();
    await waitUntil('the upstream sees the end', () => ended.length === 2);
    assert.deepEqual(ended, ['GET', 'POST']);
    await waitUntil('nothing is counted', () => Object.keys(test.edge.status().inFlight).length === 0);
  });

  it('breaks off when its answer does, rather than look complete', async () => {
    const upstream = await test.upstream((_request, response) => {
      response.writeHead(200);
      response.write('half', () => response.destroy());
    });
    const { url } = await test.route([upstream]);
    const response = await fetch(url);
    await assert.rejects(response.text());
  });

  it('asks for its body only once the upstream does', async () => {
    const upstream = await test.upstream(
      () => assert.fail('the upstream was not asked'),
      (server) => {
        server.on('checkContinue', (request, response) => {
          if (request.url === '/no') {
            response.writeHead(417).end('too large');
            return;
          }
          response.writeContinue();
          text(request).then((body) => response.end(`got ${body}`), assert.fail);
        });
      },
    );
    const { url } = await test.route([upstream]);
    const ask = async (path: string) => {
      const headers = { expect: '100-continue', 'content-length': '4' };
      const request = sendRequest(`${url}${path}`, { method: 'POST', headers });
      let wasAsked = false;
      request.on('continue', () => {
        wasAsked = true;
        request.end('body');
      });
      request.flushHeaders();
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      const answer = `${wasAsked} ${response.statusCode} ${response.headers.connection} ${await text(response)}`;
      request.destroy();
      return answer;
    };
    assert.equal(await ask('/yes'), 'true 200 keep-alive got body');
    assert.equal(await ask('/no'), 'false 417 close too large');
  });
});

describe('an upstream that fails', () => {
  it('is waited for while it starts, also by a request with a body', async () => {
    const port = await findFreePort();
    const { url } = await test.route([{ instance: 'late', host: '127.0.0.1', port }]);
    const asked = [fetch(url), fetch(url, { method: 'POST', body: 'kept' })];
    await waitUntil('both are under way', () => (test.edge.status().inFlight['late'] ?? 0) > 0);
    const server = createServer((socket: Socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nup'));
    });
    await listenAnywhere(server, port);
    for (const response of await Promise.all(asked)) assert.equal(await response.text(), 'up');
    server.close();
  });

  it('is passed over while another one answers', async () => {
    const good = await test.upstream((_request, response) => void response.end('good'));
    const dead = { instance: 'dead', host: '127.0.0.1', port: await findFreePort() };
    const { url } = await test.route([dead, good]);
    for (let round = 0; round < 6; round += 1) {
      assert.equal(await (await fetch(url, { method: 'POST', body: 'x' })).text(), 'good');
    }
  });

  it('may close a kept connection just as a request comes: nobody notices', async () => {
    const connections: number[] = [];
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      const index = connections.push(0) - 1;
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('data', () => {
        connections[index] = (connections[index] ?? 0) + 1;
        // Answers once, and ends without an answer when it is asked again.
        if (connections[index] === 1) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
        else socket.destroy();
      });
    });
    const upstream = await test.own(server, () => {
      for (const socket of sockets) socket.destroy();
    });
    const { url } = await test.route([upstream]);
    for (const method of ['GET', 'GET', 'DELETE', 'POST', 'POST', 'PUT']) {
      const body = method === 'POST' || method === 'PUT' ? 'body' : null;
      assert.equal((await fetch(url, { method, body })).status, 200, method);
    }
    assert.ok(connections.includes(2), 'a kept connection was met');
  });

  it('gets a request with effects only once', async () => {
    let count = 0;
    const upstream = await test.upstream((request, response) => {
      count += 1;
      request.resume().once('end', () => response.destroy());
    });
    const { url } = await test.route([upstream]);
    assert.equal((await fetch(url, { method: 'POST', body: 'x' })).status, 502);
    assert.equal(count, 1);
    count = 0;
    assert.equal((await fetch(url)).status, 502);
    assert.ok(count > 1 && count <= 4, `an idempotent one was sent ${count} times`);
  });

  it('is named in a page, as text or JSON', async () => {
    const dead = { instance: 'dead', host: '127.0.0.1', port: await findFreePort() };
    const { url } = await test.route([dead]);
    const refused = await fetch(url, { headers: { accept: 'application/json' } });
    assert.equal(refused.status, 502);
    const { error } = (await refused.json()) as { error: { title: string; requestId: string } };
    assert.equal(error.title, 'shop does not answer');
    assert.equal(error.requestId, refused.headers.get('x-request-id'));
    const { url: empty } = await test.route([]);
    const none = await fetch(empty);
    assert.equal(none.status, 503);
    assert.match(await none.text(), /^503 shop is not running\n\n.*rig apps info shop/);
  });
});

describe('a switch of upstreams', () => {
  it('leaves no idle connection to those it removes', async () => {
    const sockets = new Set<Socket>();
    const upstream = await test.upstream(
      (_request, response) => void response.end('old'),
      (server) => {
        server.keepAliveTimeout = 60_000;
        server.on('connection', (socket: Socket) => {
          sockets.add(socket);
          socket.once('close', () => sockets.delete(socket));
        });
      },
    );
    const { url, port } = await test.route([upstream]);
    await Promise.all([1, 2, 3].map(async () => (await fetch(url)).text()));
    assert.ok(sockets.size > 0);
    const started = performance.now();
    await test.route([], { port });
    await waitUntil('its connections are closed', () => sockets.size === 0);
    // Left alone, they would be closed after four seconds too.
    assert.ok(performance.now() - started < 2_000);
  });
});

describe('host names', () => {
  it('lead to their app, whatever the case, and unknown ones tell nothing', async () => {
    const upstream = await test.upstream((request, response) => void response.end(request.headers.host));
    await test.route([upstream], { hosts: ['Shop.localhost'] });
    const port = test.edge.status().hostPort ?? 0;
    const ask = async (host: string) => {
      const request = sendRequest({ port, host: '127.0.0.1', headers: { host } }).end();
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      return { status: response.statusCode, body: (await buffer(response)).toString() };
    };
    assert.deepEqual(await ask(`SHOP.localhost:${port}`), { status: 200, body: `SHOP.localhost:${port}` });
    assert.equal((await ask('shop.localhost.')).status, 200);
    const unknown = await ask('other.localhost');
    assert.equal(unknown.status, 404);
    assert.doesNotMatch(unknown.body, /shop/i);
  });
});
