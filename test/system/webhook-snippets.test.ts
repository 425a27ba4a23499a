import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { repository, until, User } from '../support/rig.ts';

const page = readFileSync(join(repository, 'docs', 'webhooks.md'), 'utf8');
const snippets = (language: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, code]) => code ?? '');

const user = new User();
const children: ChildProcess[] = [];
const secret = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
const otherSecret = `whsec_${Buffer.alloc(32, 8).toString('base64')}`;

before(() => {
  const modules = join(user.sources, 'node_modules');
  mkdirSync(modules);
  for (const name of ['standardwebhooks', '@stablelib', 'fast-sha256'])
    symlinkSync(join(repository, 'node_modules', name), join(modules, name));
});
after(async () => {
  for (const child of children) child.kill('SIGKILL');
  await user.close();
});

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return port;
}

/** Runs a receiver of the page, and answers where it listens and what it prints. */
async function receive(program: string, file: string, code: string) {
  const path = join(user.sources, file);
  writeFileSync(path, code);
  const port = await freePort();
  const child = spawn(program, [path], {
    env: { PATH: process.env.PATH ?? '', WEBHOOK_SECRET: secret, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  const url = `http://127.0.0.1:${port}/`;
  await until(
    `${file} to listen`,
    async () => (await fetch(url, { method: 'POST', body: '{}' })).status === 401,
  );
  return { url, printed: () => printed };
}

const add = async (name: string, url: string, own: string) => {
  const args = [
    'webhooks',
    'add',
    name,
    url,
    '--kind',
    'app.created',
    '--allow-private',
    '--secret-file',
    '-',
  ];
  const { code, stderr } = await user.run(args, { stdin: own });
  assert.equal(code, 0, stderr);
};

const [plain = '', withLibrary = ''] = snippets('js');
for (const [name, program, file, code] of [
  ['node', process.execPath, 'receive.mjs', plain],
  ['library', process.execPath, 'receive-with-library.mjs', withLibrary],
  ['python', '/usr/bin/python3', 'receive.py', snippets('python')[0] ?? ''],
] as const) {
  test(`the receiver of the page takes what is genuine and refuses the rest: ${name}`, async () => {
    const { url, printed } = await receive(program, file, code);
    await add(name, url, secret);
    await user.json(['webhooks', 'test', name]);
    await until('what it prints', () => printed().includes(`webhook.test: A test of the webhook ${name}`));
    await user.json(['apps', 'create', `app-${name}`]);
    await until('the event', () => printed().includes(`app.created: Created app-${name}.`));
    await add(`${name}-forged`, url, otherSecret);
    const { message } = await user.fails(['webhooks', 'test', `${name}-forged`], 'webhook_failed', 8);
    assert.match(message, /HTTP 401/);
    await user.json(['webhooks', 'rotate-secret', name]);
    await user.json(['webhooks', 'test', name]);
    for (const each of [name, `${name}-forged`]) await user.run(['webhooks', 'remove', each, '--yes']);
  });
}

test('the script of the page says what is genuine, what is not, and what is too old', async () => {
  const [script = ''] = snippets('sh');
  const path = join(user.sources, 'verify.sh');
  writeFileSync(path, script);
  const { signatureHeaders } = await import('../../packages/server/src/features/webhooks/webhook-secret.ts');
  const payload = JSON.stringify({ type: 'webhook.test', data: { message: 'grüße\n' } });
  const verify = (timestamp: number, body: string, own: string) => {
    const headers = signatureHeaders({ id: 'msg_1', timestamp, payload }, [otherSecret, secret]);
    const args = [path, 'msg_1', String(timestamp), headers['webhook-signature']];
    const env = { PATH: process.env.PATH ?? '', WEBHOOK_SECRET: own };
    return spawnSync('sh', args, { input: body, env, encoding: 'utf8' });
  };
  const now = Math.floor(Date.now() / 1_000);
  const genuine = verify(now, payload, secret);
  assert.deepEqual([genuine.status, genuine.stdout], [0, 'genuine\n'], genuine.stderr);
  assert.equal(verify(now, `${payload} `, secret).status, 1);
  assert.equal(verify(now, payload, `whsec_${Buffer.alloc(32, 1).toString('base64')}`).status, 1);
  assert.match(verify(now - 301, payload, secret).stderr, /too old/);
});
