import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import type { AccessRequest } from '@rig-ops/contract/access-record';
import type { LogLine } from '@rig-ops/contract/log-record';
import { collect, type Outcome, until, User } from '../support/rig.ts';

/** Answers by path and says so as JSON, with the id of the request. */
const server = `
const { createServer } = require('node:http');
createServer((request, response) => {
  const path = request.url.split('?')[0];
  const status = path.startsWith('/bad') ? 500 : 200;
  const level = status === 500 ? 'error' : 'info';
  console.log(JSON.stringify({ level, msg: 'asked', path, status, id: request.headers['x-request-id'] }));
  response.writeHead(status).end('x'.repeat(1000));
}).listen(process.env.PORT);
`;

let user: User;
let url = '';
before(async () => {
  user = new User();
  for (const name of ['shop', 'api']) {
    user.source(name, { 'server.js': server, Procfile: 'web: node server.js\n' });
    assert.equal((await user.run(['deploy', name, '--app', name, '--yes'])).code, 0);
  }
  ({ url } = await user.json<{ url: string }>(['apps', 'info', 'shop']));
});
after(() => user.close());

function linesOf({ stdout, code }: Outcome): LogLine[] {
  assert.equal(code, 0, stdout);
  const records = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as LogLine | { type: 'end' });
  assert.equal(records.at(-1)?.type, 'end');
  return records.filter((record) => record.type === 'line');
}
const logs = async (...args: string[]) => linesOf(await user.run(['logs', ...args, '-o', 'json']));

async function ask(path: string, base = url): Promise<string> {
  const id = randomUUID();
  const answer = await fetch(base + path, { headers: { 'x-request-id': id } });
  assert.equal(answer.headers.get('x-request-id'), id);
  await answer.text();
  return id;
}

test('a request is joined with what the app said of it, by its id', async () => {
  const id = await ask('/cart?card=4111');
  const lines = await until('both records', async () => {
    const found = await logs('network', '--grep', id);
    return found.length === 2 ? found : undefined;
  });
  const edge = lines.find(({ source }) => source === 'edge');
  const app = lines.find(({ source }) => source === 'app');
  assert.equal(app?.fields?.['path'], '/cart');
  const { connectMs, firstByteMs, totalMs, bytesIn, bytesOut, host, ...rest } = (edge?.fields ??
    assert.fail('no request')) as unknown as AccessRequest;
  assert.deepEqual(rest, {
    type: 'request',
    requestId: id,
    method: 'GET',
    path: '/cart',
    status: 200,
    outcome: 'answered',
    instance: 'web.1',
    protocol: 'HTTP/1.1',
    client: '127.0.0.1',
  });
  assert.equal(`http://${host}`, url);
  assert.ok(bytesIn > 40 && bytesOut > 1000);
  assert.ok(connectMs !== null && firstByteMs !== null && totalMs >= firstByteMs);
  // A query may carry secrets: it is in no record of ours.
  assert.ok(!JSON.stringify(edge).includes('4111'));
});

test('requests are chosen by status and path, lines by level, fields and conditions', async () => {
  const failed = await ask('/bad/one');
  await ask('/fine');
  await until('the request', async () => (await logs('network', '--grep', failed)).length === 2);
  const byStatus = await logs('network', '--status', '5xx', '--path', '/bad');
  assert.deepEqual(
    byStatus.map(({ fields }) => fields?.['requestId']),
    [failed],
  );
  for (const selected of [
    ['--level', 'error'],
    ['--where', 'status>=500 and path~^/bad'],
    ['--field', `id=${failed}`],
    ['--grep', failed.toUpperCase(), '-i'],
    ['--regex', '/b[a]d/on+e'],
  ]) {
    const found = await logs('app', 'shop', ...selected);
    assert.deepEqual(
      found.map(({ fields }) => fields?.['id']),
      [failed],
      selected.join(' '),
    );
  }
  const wrong = await user.fails(['logs', 'app', 'shop', '--where', 'status>='], 'invalid_input', 3);
  assert.equal(wrong.details?.['position'], 9);
});

test('what is no HTTP, and names nobody answers to, are in the log of the network', async () => {
  const { port } = new URL(url);
  const socket = connect(Number(port), '127.0.0.1');
  socket.end('nonsense\r\n\r\n').resume();
  const malformed = await until('the record', async () => {
    const found = await logs('network', '--only', 'edge', '--where', 'outcome=bad-request');
    return found[0];
  });
  assert.equal(malformed.fields?.['status'], 400);
  const { platform } = await user.json<{ platform: { edgeUrl: string } }>(['status']);
  await fetch(platform.edgeUrl, { headers: { host: 'nobody.localhost' } });
  const unrouted = await until('the record', async () => (await logs('network', '--status', '404'))[0]);
  assert.equal(unrouted.fields?.['outcome'], 'no-route');
});

test('two apps and their events come by time, and an app that is created meanwhile joins', async () => {
  const { url: apiUrl } = await user.json<{ url: string }>(['apps', 'info', 'api']);
  const following = user.spawn(['logs', 'network', '-f', '-n', '0', '-o', 'json']);
  const ended = collect(following);
  let seen = '';
  following.stdout?.on('data', (chunk: Buffer) => (seen += chunk.toString()));
  // Until the follower is there, it is told again.
  await until('the follower', async () => {
    await ask('/there');
    return seen.includes('/there');
  });
  const ofApi = await ask('/from-api', apiUrl);
  user.source('late', { 'server.js': server, Procfile: 'web: node server.js\n' });
  assert.equal((await user.run(['deploy', 'late', '--app', 'late', '--yes'])).code, 0);
  const { url: lateUrl } = await user.json<{ url: string }>(['apps', 'info', 'late']);
  const ofLate = await ask('/from-late', lateUrl);
  await until('all of it', () => [ofApi, ofLate].every((id) => seen.split(id).length > 2));
  following.kill('SIGINT');
  const { code } = await ended;
  assert.equal(code, 130);
  const events = await logs('network', '--only', 'events');
  const kinds = events.filter(({ app }) => app === 'late').map(({ instance }) => instance);
  assert.deepEqual(kinds, ['app.created', 'deploy.started', 'release.live']);
  const everything = await logs('network', '-n', '1000');
  const times = everything.map(({ at }) => at);
  assert.deepEqual(times, times.toSorted());
});

test('following a build that fails ends with its exit code', async () => {
  user.source('broken', {
    'rig.toml': 'app = "broken"\n[build]\ncommand = "exit 3"\n[processes]\nweb = "node"\n',
  });
  assert.equal((await user.run(['deploy', 'broken', '--yes'])).code, 10);
  assert.equal((await user.run(['logs', 'build', '--app', 'broken', '-f'])).code, 10);
});
