import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { isRigError } from '@rig-ops/contract/errors';
import { RigClient } from './rig-client.ts';
import { makeFolder } from './testing/temporary-folder.ts';
import { answerJson, readBody, serve } from './testing/test-server.ts';

const failure = (code: string, part: RegExp) => (error: unknown) => {
  assert.ok(isRigError(error), `no RigError: ${String(error)}`);
  assert.equal(error.code, code, error.message);
  assert.match(error.message, part);
  return true;
};

test('a call sends method, path, query, body and who asks, and answers the document', async (t) => {
  const seen: { request: IncomingMessage; body: string }[] = [];
  const url = await serve(t, async (request, response) => {
    seen.push({ request, body: (await readBody(request)).toString() });
    answerJson(response, request.method === 'POST' ? 201 : 200, { releases: [], nextCursor: null });
  });
  const client = new RigClient({ name: 'test', url: `${url}/below/`, token: 's3cret', invocationId: 'i-1' });
  t.after(() => client.close());
  const page = await client.call('listReleases', { params: { app: 'web-shop' }, query: { limit: 5 } });
  await client.call('createApp', { body: { name: 'blog' } });
  assert.deepEqual(page, { releases: [], nextCursor: null });
  const [list, create] = seen;
  assert.equal(list?.request.method, 'GET');
  assert.equal(list.request.url, '/below/v1/apps/web-shop/releases?limit=5');
  assert.equal(list.request.headers.authorization, 'Bearer s3cret');
  assert.equal(list.request.headers['x-rig-invocation'], 'i-1');
  assert.equal(create?.request.method, 'POST');
  assert.equal(create.request.headers['content-type'], 'application/json');
  assert.deepEqual(JSON.parse(create.body), { name: 'blog' });
  assert.equal(list.request.socket, create.request.socket, 'one connection serves both');
});

test('an error of the platform arrives as it is, with its request id', async (t) => {
  const url = await serve(t, (_, response) => {
    const error = { code: 'app_not_found', message: 'There is no app "nope".', hint: 'Look.', exitCode: 6 };
    answerJson(response, 404, { error }, { 'x-request-id': 'r-7' });
  });
  const client = new RigClient({ name: 'test', url, token: 't' });
  t.after(() => client.close());
  await assert.rejects(client.call('getApp', { params: { app: 'nope' } }), (error) => {
    assert.ok(isRigError(error));
    const { code, message, hint, exitCode, requestId } = error;
    assert.deepEqual(
      { code, message, hint, exitCode, requestId },
      {
        code: 'app_not_found',
        message: 'There is no app "nope".',
        hint: 'Look.',
        exitCode: 6,
        requestId: 'r-7',
      },
    );
    return true;
  });
});

test('what is not a rig platform is called unreachable and described', async (t) => {
  const answers: Record<string, [number, Record<string, string>, string]> = {
    proxy: [502, { 'content-type': 'text/html' }, '<h1>Bad gateway</h1>'],
    page: [200, { 'content-type': 'text/html' }, '<h1>Welcome</h1>'],
    moved: [301, { location: 'https://elsewhere.test/' }, ''],
    other: [404, { 'content-type': 'application/json' }, '{"statusCode":404}'],
  };
  const url = await serve(t, (request, response) => {
    const [status, headers, body] = answers[request.url?.split('/')[3] ?? ''] ?? [500, {}, ''];
    response.writeHead(status, headers).end(body);
  });
  const client = new RigClient({ name: 'test', url, token: 't' });
  t.after(() => client.close());
  const call = (app: string) => client.call('getApp', { params: { app } });
  await assert.rejects(call('proxy'), failure('unreachable', /HTTP 502 with text\/html/));
  await assert.rejects(call('page'), failure('unreachable', /not a rig platform.*HTTP 200/));
  await assert.rejects(call('moved'), failure('unreachable', /sends on to https:\/\/elsewhere\.test/));
  await assert.rejects(call('other'), failure('unreachable', /HTTP 404/));
});

test('a port where nothing listens is unreachable, a broken connection is lost', async (t) => {
  const closed = createServer((socket) => socket.once('data', () => socket.destroy()));
  closed.listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const { port } = closed.address() as { port: number };
  const client = new RigClient({ name: 'far', url: `http://127.0.0.1:${port}`, token: 't' });
  t.after(() => client.close());
  await assert.rejects(client.call('whoami', {}), failure('connection_lost', /"far"/));
  await new Promise((resolve) => closed.close(resolve));
  await assert.rejects(client.call('whoami', {}), failure('unreachable', /"far".*nothing listens there/));
});

test('a server that says nothing is given up', async (t) => {
  const url = await serve(t, () => undefined);
  const client = new RigClient({ name: 'mute', url, token: 't' }, { silenceMs: 50 });
  t.after(() => client.close());
  await assert.rejects(client.call('whoami', {}), failure('unreachable', /took too long/));
});

test('an abort ends a call with its reason', async (t) => {
  const stop = new AbortController();
  const url = await serve(t, () => stop.abort(new Error('enough')));
  const client = new RigClient({ name: 'test', url, token: 't' });
  t.after(() => client.close());
  await assert.rejects(client.call('whoami', { signal: stop.signal }), /^Error: enough$/);
  await assert.rejects(client.call('whoami', { signal: stop.signal }), /^Error: enough$/);
});

test('a name that would change the path is refused, any other is escaped', async (t) => {
  const paths: unknown[] = [];
  const url = await serve(t, (request, response) => {
    paths.push(request.url);
    answerJson(response, 200, {});
  });
  const client = new RigClient({ name: 'test', url, token: 't' });
  t.after(() => client.close());
  for (const app of ['', '.', '..']) {
    await assert.rejects(
      client.call('destroyApp', { params: { app } }),
      failure('invalid_input', /cannot name/),
    );
  }
  await client.call('getApp', { params: { app: '../a b?c#d' } });
  assert.deepEqual(paths, ['/v1/apps/..%2Fa%20b%3Fc%23d']);
});

test('a call over the socket waits for a platform that restarts', async (t) => {
  const socketPath = join(await makeFolder(t), 'rigd.sock');
  const client = new RigClient({ name: 'embedded', socketPath, token: 't' });
  t.after(() => client.close());
  const asked = client.call('createApp', { body: { name: 'blog' } });
  await serve(t, (_, response) => answerJson(response, 201, { name: 'blog' }), socketPath);
  assert.equal((await asked).name, 'blog');
});

test('over the socket a call that changes something is not repeated once it was sent', async (t) => {
  const socketPath = join(await makeFolder(t), 'rigd.sock');
  let requests = 0;
  await serve(
    t,
    (request, response) => {
      requests += 1;
      if (requests === 2) answerJson(response, 200, { user: 'me', role: 'admin' });
      else request.socket.destroy();
    },
    socketPath,
  );
  const client = new RigClient({ name: 'embedded', socketPath, token: 't' });
  t.after(() => client.close());
  await assert.rejects(
    client.call('createApp', { body: { name: 'b' } }),
    failure('connection_lost', /ended/),
  );
  assert.equal(requests, 1);
  assert.equal((await client.call('whoami', {})).user, 'me');
  assert.equal(requests, 2);
});

test('a URL that is no platform URL is refused without repeating a password', () => {
  assert.throws(
    () => new RigClient({ name: 'x', url: 'ftp://h', token: 't' }),
    failure('invalid_input', /ftp/),
  );
  assert.throws(
    () => new RigClient({ name: 'x', url: 'https://me:hunter2@h', token: 't' }),
    (error) => isRigError(error) && !error.message.includes('hunter2'),
  );
});
