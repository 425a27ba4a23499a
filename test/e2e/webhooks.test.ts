import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { verify } from '../../packages/server/src/features/webhooks/testing/start-receiver.ts';
import { repository, until, User } from '../support/rig.ts';

interface Message {
  id: string;
  headers: IncomingHttpHeaders;
  body: string;
  type: string;
  app: string | null;
}

const fixture = (name: string) => readFileSync(join(repository, 'test', 'fixtures', 'tls', name));
const user = new User();
const got: Message[] = [];
let answer: (response: ServerResponse, message: Message) => void = (response) => response.end('ok');
let server: ReturnType<typeof createServer>;
let url: string;

before(async () => {
  user.source('.', { 'authority.pem': fixture('authority.pem').toString() });
  server = createServer({ key: fixture('valid.key'), cert: fixture('valid.pem') }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const { type, data } = JSON.parse(body) as { type: string; data: { app: string | null } };
      const id = String(request.headers['webhook-id']);
      const message = { id, headers: request.headers, body, type, app: data.app };
      got.push(message);
      answer(response, message);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/rig`;
});
after(async () => {
  server.closeAllConnections();
  server.close();
  await user.close();
});

test('events arrive signed over TLS, and over a kill of rigd none is lost and what comes twice has the same id', async () => {
  await user.fails(['webhooks', 'add', 'hook', url], 'webhook_target_refused', 5);
  await user.fails(['webhooks', 'add', 'hook', url, '-k', 'app.love', '--allow-private'], 'invalid_input', 3);
  const add = [
    'webhooks',
    'add',
    'hook',
    url,
    '-k',
    'app.created',
    '--allow-private',
    '--ca',
    'authority.pem',
  ];
  const added = await user.run(add);
  assert.equal(added.code, 0, added.stderr);
  const secret = added.stdout.trim();
  assert.match(secret, /^whsec_/, 'the secret alone, so that it can be kept by a script');
  await user.json(['webhooks', 'test', 'hook']);
  verify(secret, got[0] ?? assert.fail());

  // The receiver is asked, and rigd is gone before it answers.
  answer = () => undefined;
  await user.json(['apps', 'create', 'a1']);
  await until('the first try', () => got.some(({ app }) => app === 'a1'));
  const { pid } = user.platformFile<{ pid: number }>('platform.json');
  process.kill(pid, 'SIGKILL');
  answer = (response) => response.end('ok');
  for (const name of ['a2', 'a3']) await user.json(['apps', 'create', name]);
  const delivered = async () => {
    const list = await user.json<{ deliveries: { id: string; type: string; state: string }[] }>([
      'webhooks',
      'deliveries',
      'hook',
    ]);
    return list.deliveries.filter(({ type, state }) => type === 'app.created' && state === 'delivered');
  };
  await until('all of them', async () => (await delivered()).length === 3);
  const created = got.filter(({ type }) => type === 'app.created');
  assert.deepEqual([...new Set(created.map(({ app }) => app))], ['a1', 'a2', 'a3'], 'in order');
  for (const name of ['a1', 'a2', 'a3'])
    assert.equal(new Set(created.flatMap(({ app, id }) => (app === name ? [id] : []))).size, 1, name);
  assert.ok(created.filter(({ app }) => app === 'a1').length >= 2, 'what was not answered came again');
  for (const message of created) verify(secret, message);
});

test('a refusal shows in the list, in status, and is sent again on request; a secret is replaced without a gap', async () => {
  answer = (response) => response.writeHead(503).end('closed');
  await user.json(['apps', 'create', 'a4']);
  const failing = async () => {
    const info = await user.json<{ failures: number; lastError: string | null }>([
      'webhooks',
      'info',
      'hook',
    ]);
    return info.failures > 0 ? info.lastError : null;
  };
  assert.equal(await until('the failure', failing), 'answered HTTP 503');
  const list = await user.run(['webhooks', 'deliveries', 'hook', '--state', 'waiting']);
  assert.match(list.stdout, /app\.created .*retrying .*503/);
  const { deliveries } = await user.json<{ deliveries: { id: string }[] }>([
    'webhooks',
    'deliveries',
    'hook',
    '--state',
    'waiting',
  ]);
  const id = deliveries[0]?.id ?? assert.fail();
  await user.fails(['webhooks', 'redeliver', 'hook', id], 'webhook_failed', 8);
  const shown = await user.run(['webhooks', 'deliveries', 'hook', id]);
  assert.match(shown.stdout, /redelivery +answered HTTP 503/);
  assert.match(shown.stdout, /closed/);

  answer = (response) => response.end();
  const own = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
  const rotated = await user.run(['webhooks', 'rotate-secret', 'hook', '--secret-file', '-', '-o', 'json'], {
    stdin: `${own}\n`,
  });
  assert.equal(rotated.code, 0, rotated.stderr);
  assert.ok(!rotated.stdout.includes(own.slice(6)), 'who brought it is not shown it');
  await user.json(['webhooks', 'redeliver', 'hook', id]);
  const last = got.at(-1) ?? assert.fail();
  assert.equal(last.id, id);
  verify(own, last);
  assert.equal(String(last.headers['webhook-signature']).split(' ').length, 2);

  answer = (response) => response.writeHead(410).end();
  await user.json(['apps', 'create', 'a5']);
  const problem = await until('the problem', async () => {
    const { problems } = await user.json<{ problems: { code: string; fix: string }[] }>(['status']);
    return problems.find(({ code }) => code === 'webhook_disabled');
  });
  assert.match(problem.fix, /rig webhooks resume hook/);
  const events = await user.run(['events', '--kind', 'webhook.disabled', '-o', 'json']);
  assert.match(events.stdout, /410 Gone/);
  answer = (response) => response.end();
  await user.json(['webhooks', 'resume', 'hook']);
  await until('what was refused', () =>
    got.some(({ app }, index) => app === 'a5' && index === got.length - 1),
  );
  await user.fails(['webhooks', 'info', 'nope'], 'webhook_not_found', 6);
  await user.fails(['webhooks', 'redeliver', 'hook'], 'usage', 2);
  assert.equal((await user.run(['webhooks', 'remove', 'hook', '--yes'])).code, 0);
});
