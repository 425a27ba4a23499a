import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { BUNDLE_LIMITS } from '@rig-ops/contract/bundle-limits';
import { errorRegistry, RigError } from '@rig-ops/contract/errors';
import { sendRequest } from '../testing/send-request.ts';
import { startTestApi } from '../testing/start-test-api.ts';
import { TEST_TOKEN } from '../testing/test-token.ts';
import type { RouteHandlers } from './route-handlers.ts';

const app = {
  id: 'app_1',
  name: 'shop',
  network: 'default',
  url: null,
  release: null,
  status: 'empty' as const,
  createdAt: '2026-01-02T03:04:05.678Z',
};

const start = async (t: TestContext, handlers: Partial<RouteHandlers> = {}) => {
  const api = await startTestApi(t, {
    createApp: async ({ body }) => ({ ...app, name: body.name }),
    getApp: async ({ params }) => ({ ...app, name: params.app, processes: [], instances: [], lock: null }),
    listApps: async () => ({ apps: [], nextCursor: null }),
    destroyApp: async () => ({ done: true }),
    putPack: async ({ body }) => ({ stored: body.length }),
    commitBundle: async ({ params }) => ({
      id: params.bundle,
      committed: true,
      unknownBlocks: [],
      missing: '',
    }),
    ...handlers,
  });
  const send = (
    method: string,
    path: string,
    more: Omit<Parameters<typeof sendRequest>[0], 'method' | 'path'> = {},
  ) => sendRequest({ port: api.port, method, path, token: TEST_TOKEN, ...more });
  return { ...api, send };
};

/** Sends text as it is and reads until the other side closes. */
const sendRaw = async (port: number, text: string | Buffer): Promise<string> => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk.toString();
  });
  socket.on('error', () => undefined);
  socket.on('close', () => resolve(answer));
  socket.write(text);
  return promise;
};

describe('the API', () => {
  it('answers on a port and on a unix socket, with the id of the request', async (t) => {
    const { port, socketPath } = await start(t);
    for (const where of [{ port }, { socketPath }]) {
      const { status, headers, json } = await sendRequest({ ...where, path: '/v1/version' });
      assert.equal(status, 200);
      assert.deepEqual(json, { version: '1.2.3', api: 'v1' });
      assert.match(String(headers['x-request-id']), /^req_/);
    }
  });

  it('takes the one who holds the token for its user, on the unix socket too', async (t) => {
    const { port, socketPath } = await start(t);
    for (const where of [{ port }, { socketPath }]) {
      const { json } = await sendRequest({ ...where, path: '/v1/whoami', token: TEST_TOKEN });
      assert.deepEqual(json, {
        user: 'ann',
        kind: 'user',
        role: 'admin',
        bindings: [{ role: 'admin', target: 'platform' }],
        token: { id: null, name: 'owner', expiresAt: null },
      });
      for (const token of [undefined, '', `${TEST_TOKEN}x`, TEST_TOKEN.slice(1)]) {
        const refused = await sendRequest({
          ...where,
          path: '/v1/whoami',
          ...(token === undefined ? {} : { token }),
        });
        assert.equal(refused.status, 401);
        assert.equal(refused.json.error?.code, 'not_authenticated');
      }
    }
  });

  it('answers errors as documents, each with a hint, an exit code and the id of the request', async (t) => {
    const { send } = await start(t);
    const { status, headers, json } = await send('GET', '/v1/nothing');
    assert.equal(status, 404);
    assert.deepEqual(json.error, {
      code: 'route_not_found',
      message: 'There is no route GET /v1/nothing.',
      hint: errorRegistry.route_not_found.hint,
      exitCode: 6,
      requestId: headers['x-request-id'],
    });
    assert.equal((await send('POST', '/v1/version')).json.error?.code, 'route_not_found');
  });

  it('refuses malformed JSON, wrong types, unknown fields and bad names', async (t) => {
    const { send } = await start(t);
    const code = async (body: string | object, headers?: Record<string, string>) => {
      const { status, json } = await send('POST', '/v1/apps', { body, ...(headers ? { headers } : {}) });
      return `${status} ${json.error?.code ?? 'fine'}`;
    };
    assert.equal(await code('{"name": '), '400 malformed_json');
    assert.equal(await code('name=shop', { 'content-type': 'text/plain' }), '400 malformed_json');
    assert.equal(await code(''), '400 invalid_input');
    assert.equal(await code('null'), '400 invalid_input');
    assert.equal(await code('[]'), '400 invalid_input');
    assert.equal(await code({ name: 7 }), '400 invalid_input');
    assert.equal(await code({ name: 'shop', more: 1 }), '400 invalid_input');
    assert.equal(await code({ name: 'Shop' }), '400 invalid_name');
    assert.equal(await code('{"name":"shop","__proto__":{"x":1}}'), '400 invalid_input');
    assert.equal(await code({ name: 'shop' }), '201 fine');
  });

  it('lets nothing through a parameter that means something in a path', async (t) => {
    let reached = 0;
    const { send } = await start(t, {
      getApp: async () => {
        reached += 1;
        throw new RigError('app_not_found', 'no');
      },
      putPack: async () => {
        reached += 1;
        return { stored: 0 };
      },
    });
    for (const name of ['..%2f..%2fetc', '%2e%2e', '..', '%00', 'a%2fb', 'a%5cb', 'A', 'a'.repeat(41)]) {
      const { status, json } = await send('GET', `/v1/apps/${name}`);
      assert.ok(status === 400 || status === 404, `${name}: ${status}`);
      assert.ok(json.error);
    }
    assert.equal((await send('GET', '/v1/apps/%zz')).json.error?.code, 'invalid_input');
    const put = await send('PUT', `/v1/apps/shop/packs/..%2f${'a'.repeat(61)}`, {
      body: new Uint8Array(1),
      headers: { 'content-type': 'application/octet-stream' },
    });
    assert.equal(put.json.error?.code, 'invalid_input');
    assert.equal(reached, 0);
  });

  it('converts and checks the query', async (t) => {
    const { send } = await start(t, {
      listApps: async ({ query }) => {
        assert.deepEqual(query, { limit: 2, cursor: 'x' });
        return { apps: [], nextCursor: null };
      },
    });
    assert.equal((await send('GET', '/v1/apps?limit=2&cursor=x')).status, 200);
    for (const query of ['limit=0', 'limit=x', 'limit=1e3', 'limit=1&limit=2', 'more=1', 'limit=']) {
      assert.equal((await send('GET', `/v1/apps?${query}`)).json.error?.code, 'invalid_input', query);
    }
  });

  it('refuses a body that is too large, announced or not, and still gets the answer across', async (t) => {
    const { send, port } = await start(t);
    const large = Buffer.alloc(BUNDLE_LIMITS.packBytes + 1);
    const path = `/v1/apps/shop/packs/${'a'.repeat(64)}`;
    const headers = { 'content-type': 'application/octet-stream' };
    const announced = await send('PUT', path, { body: large, headers });
    assert.deepEqual([announced.status, announced.json.error?.code], [413, 'body_too_large']);
    const head = `PUT ${path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${TEST_TOKEN}\r\nconnection: close\r\ncontent-type: application/octet-stream\r\ntransfer-encoding: chunked\r\n\r\n`;
    const chunked = Buffer.concat([
      Buffer.from(`${head}${large.length.toString(16)}\r\n`),
      large,
      Buffer.from('\r\n0\r\n\r\n'),
    ]);
    assert.match(await sendRaw(port, chunked), /^HTTP\/1\.1 413 [^]*"body_too_large"/);
    const fits = await send('PUT', path, { body: large.subarray(1), headers });
    assert.deepEqual([fits.status, fits.json], [201, { stored: BUNDLE_LIMITS.packBytes }]);
  });

  it('answers 10 MB of headers with 431 and a document', async (t) => {
    const { port } = await start(t);
    const answer = await sendRaw(
      port,
      `GET /v1/version HTTP/1.1\r\nhost: localhost\r\nx-large: ${'a'.repeat(10_000_000)}\r\n\r\n`,
    );
    assert.match(answer, /^HTTP\/1\.1 431 /);
    const { error } = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n'))) as { error: { code: string } };
    assert.equal(error.code, 'headers_too_large');
  });

  it('answers what is not HTTP', async (t) => {
    const { port } = await start(t);
    assert.match(await sendRaw(port, 'hello\r\n\r\n'), /^HTTP\/1\.1 400 [^]*"invalid_input"/);
  });

  it('logs what nobody foresaw and tells none of it', async (t) => {
    const { send, log } = await start(t, {
      getApp: async () => {
        throw new Error('the secret inside');
      },
    });
    const { status, json, text } = await send('GET', '/v1/apps/shop');
    assert.deepEqual([status, json.error?.code], [500, 'unexpected']);
    assert.doesNotMatch(text, /secret/);
    const line = log.lines.find(({ requestId }) => requestId === json.error?.requestId);
    assert.match(
      (line?.error as { stack: string } | undefined)?.stack ?? '',
      /the secret inside[^]*api\.test/,
    );
  });

  it('fails in tests when an answer breaks its schema', async (t) => {
    const { send } = await start(t, { listApps: async () => ({ apps: [{}] as never, nextCursor: null }) });
    assert.equal((await send('GET', '/v1/apps')).status, 500);
  });

  it('is not there for browsers: neither for other names of this machine nor for pages', async (t) => {
    const { send, socketPath } = await start(t);
    for (const headers of [{ host: 'evil.example' }, { origin: 'http://localhost:3000' }]) {
      for (const path of ['/v1/version', '/v1/whoami']) {
        assert.equal((await send('GET', path, { headers })).json.error?.code, 'not_permitted');
      }
    }
    for (const host of ['localhost', 'localhost:80', '127.0.0.1:1', '[::1]:9']) {
      assert.equal((await send('GET', '/v1/version', { headers: { host } })).status, 200);
    }
    const local = await sendRequest({ socketPath, path: '/v1/version', headers: { host: 'any' } });
    assert.equal(local.status, 200);
  });

  it('tells a handler that its client has gone', async (t) => {
    const reached = Promise.withResolvers<AbortSignal>();
    const { port } = await start(t, {
      listApps: async ({ signal }) => {
        reached.resolve(signal);
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        return { apps: [], nextCursor: null };
      },
    });
    const socket = connect(port, '127.0.0.1');
    socket.write(`GET /v1/apps HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${TEST_TOKEN}\r\n\r\n`);
    const signal = await reached.promise;
    const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve));
    socket.destroy();
    await aborted;
  });

  it('turns away who keeps guessing, and still takes a right token from there', async (t) => {
    const { send } = await start(t);
    const guess = () => send('GET', '/v1/whoami', { token: 'wrong' });
    for (let n = 0; n < 10; n += 1) assert.equal((await guess()).status, 401);
    const { status, headers, json } = await guess();
    assert.deepEqual([status, json.error?.code], [429, 'too_many_failures']);
    assert.ok(Number(headers['retry-after']) > 0);
    assert.equal((await send('GET', '/v1/whoami')).status, 200);
    assert.equal((await guess()).status, 429);
  });
});

const events = async (api: Awaited<ReturnType<typeof start>>) => {
  const { items } = await api.audit.list({});
  return items
    .filter(({ user }) => user !== 'rigd')
    .map(({ id: _id, at: _at, requestId: _requestId, ...event }) => event);
};

describe('the audit of requests', () => {
  it('records who changed what, tied to the invocation, and no reads', async (t) => {
    const api = await start(t);
    const headers = { 'x-rig-invocation': 'inv-1' };
    await api.send('GET', '/v1/apps', { headers });
    await api.send('POST', '/v1/apps', { body: { name: 'shop' }, headers });
    const { headers: answered } = await api.send('DELETE', '/v1/apps/shop', {
      headers: { 'x-rig-invocation': 'bad id!' },
    });
    assert.deepEqual(await events(api), [
      {
        user: 'ann',
        action: 'app.destroy',
        target: 'app/shop',
        result: 'succeeded',
        errorCode: null,
        client: '127.0.0.1',
        invocationId: null,
        details: {},
      },
      {
        user: 'ann',
        action: 'app.create',
        target: 'app/shop',
        result: 'succeeded',
        errorCode: null,
        client: '127.0.0.1',
        invocationId: 'inv-1',
        details: {},
      },
    ]);
    const page = await api.send('GET', '/v1/audit?limit=1');
    const [newest] = page.json.events as { requestId: string }[];
    assert.equal(newest?.requestId, answered['x-request-id']);
    assert.equal(typeof page.json.nextCursor, 'string');
  });

  it('records what was refused and what failed, whoever asked', async (t) => {
    const api = await start(t, {
      createApp: async () => {
        throw new RigError('app_exists', 'There is one.');
      },
    });
    await sendRequest({ port: api.port, method: 'DELETE', path: '/v1/apps/shop' });
    await api.send('POST', '/v1/apps', { body: { name: 'shop' } });
    await api.send('POST', '/v1/apps', { body: '{"name":' });
    await sendRequest({ socketPath: api.socketPath, method: 'DELETE', path: '/v1/apps/shop', token: 'no' });
    assert.deepEqual(
      (await events(api)).map((event) =>
        [event.user, event.action, event.target, event.result, event.errorCode, event.client].join(' '),
      ),
      [
        'unknown app.destroy app/shop refused not_authenticated local',
        'ann app.create platform failed malformed_json 127.0.0.1',
        'ann app.create app/shop failed app_exists 127.0.0.1',
        'anonymous app.destroy app/shop refused not_authenticated 127.0.0.1',
      ],
    );
  });

  it('records who was refused what only reads, and counts them beyond a rate', async (t) => {
    const api = await start(t);
    await sendRequest({ port: api.port, path: '/v1/apps/shop' });
    await sendRequest({ port: api.port, path: '/v1/apps/shop', token: 'no' });
    await api.send('GET', '/v1/apps/shop', { headers: { origin: 'http://evil.example' } });
    assert.deepEqual(
      (await events(api)).map(({ user, action, target, details }) => [user, action, target, details.route]),
      [
        ['unknown', 'api.read', 'app/shop', 'getApp'],
        ['unknown', 'api.read', 'app/shop', 'getApp'],
        ['anonymous', 'api.read', 'app/shop', 'getApp'],
      ],
    );
    for (let n = 0; n < 70; n += 1) await sendRequest({ port: api.port, path: '/v1/apps' });
    assert.equal((await events(api)).length, 60);
  });

  it('records names and numbers of a request, never its text', async (t) => {
    const api = await start(t, {
      createDeploy: async () => {
        throw new RigError('deploy_in_progress', 'busy');
      },
    });
    await api.send('POST', '/v1/apps/shop/deploys', { body: { bundle: 'b1', message: 'the key is 42' } });
    const [event] = await events(api);
    assert.deepEqual(event?.details, { bundle: 'b1' });
  });
});
