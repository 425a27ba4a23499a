import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { get } from 'node:http';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { after, before, test, type TestContext } from 'node:test';
import { until, User } from '../support/rig.ts';

type Told = { type: string } & Record<string, unknown>;

/** `web` answers HTTP; on another port it tells the digest of what came, once that has ended. */
const server = `
const net = require('node:net'), crypto = require('node:crypto');
require('node:http').createServer((request, response) => response.end('hello ' + request.url)).listen(process.env.PORT, '127.0.0.1');
const digests = net.createServer({ allowHalfOpen: true }, (socket) => {
  const hash = crypto.createHash('sha256');
  socket.on('error', () => {});
  socket.on('data', (bytes) => hash.update(bytes));
  socket.on('end', () => socket.end(hash.digest('hex')));
}).listen(0, '127.0.0.1', () => console.log('digests on ' + digests.address().port));
`;

let user: User;
let digests = 0;
before(async () => {
  user = new User();
  user.source('shop', { 'server.js': server, Procfile: 'web: node server.js\n' });
  await user.json(['deploy', 'shop', '--app', 'shop', '--create']);
  digests = await until('its second port', async () => {
    const { stdout } = await user.run(['logs', 'app', 'shop', '--no-prefix']);
    return Number(/digests on (\d+)/.exec(stdout)?.[1] ?? 0) || undefined;
  });
});
after(() => user.close());

/** A forward that runs, with what it has told so far. */
function forward(
  t: TestContext,
  args: string[],
): { child: ChildProcess; told: Told[]; next: (type: string) => Promise<Told> } {
  const child = user.spawn(['forward', 'shop', ...args, '-o', 'json']);
  t.after(() => child.kill('SIGKILL'));
  const told: Told[] = [];
  createInterface({ input: child.stdout! }).on('line', (line) => told.push(JSON.parse(line) as Told));
  let seen = 0;
  const next = (type: string) =>
    until(`a record ${type}`, () => {
      const at = told.findIndex((record, index) => index >= seen && record.type === type);
      if (at < 0) return undefined;
      seen = at + 1;
      return told[at];
    });
  return { child, told, next };
}

const ask = (port: unknown, path: string, host = '127.0.0.1') =>
  new Promise<string>((resolve, reject) => {
    get({ port: Number(port), host, path, agent: false }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += String(chunk)));
      response.on('end', () => resolve(text));
    }).on('error', reject);
  });

async function digestThrough(port: unknown, bytes: Buffer): Promise<string> {
  const socket = connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true });
  let answer = '';
  socket.on('data', (chunk) => (answer += String(chunk)));
  socket.end(bytes);
  await once(socket, 'end');
  return answer;
}

const refused = (port: unknown) =>
  new Promise<string>((resolve) => {
    const socket = connect(Number(port), '127.0.0.1');
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
    socket.on('connect', () => socket.destroy());
    socket.on('close', () => resolve('closed'));
  });

/** Code and exit code of a forward that does not begin. */
const last = async (args: string[]) => {
  const { stdout, code } = await user.run([...args, '-o', 'json']);
  const { error } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { error: { code: string } };
  return [error.code, code];
};

test('a process by its name and a port by its number, at once and many times', async (t) => {
  const { child, told, next } = forward(t, ['0:web', `0:${digests}`]);
  const [web, other] = [await next('listening'), await next('listening')];
  assert.match(String(web.local), /^127\.0\.0\.1:\d+$/);
  assert.deepEqual([web.instance, web.remote, other.remotePort], ['web.1', 'web', digests]);
  assert.equal(await ask(web.port, '/a'), 'hello /a');
  assert.equal(await ask(web.port, '/b', '::1'), 'hello /b');
  const inputs = Array.from({ length: 40 }, (_, at) => randomBytes(20_000 * at + 1));
  const answers = await Promise.all(inputs.map((bytes) => digestThrough(other.port, bytes)));
  assert.deepEqual(
    answers,
    inputs.map((bytes) => createHash('sha256').update(bytes).digest('hex')),
  );
  await until(
    'all to be told',
    () => told.filter(({ type }) => type === 'closed').length === 42 || undefined,
  );
  assert.deepEqual(
    told.filter(({ type, code }) => type === 'failed' || (type === 'closed' && code !== null)),
    [],
  );
  const open = connect(Number(other.port), '127.0.0.1');
  const broken = new Promise((resolve) => open.on('error', resolve));
  await until('the open one', () => told.some(({ connection }) => connection === 43) || undefined);
  child.kill('SIGINT');
  const [code] = (await once(child, 'close')) as [number];
  assert.equal(code, 130);
  assert.equal(told.at(-1)?.type, 'end');
  await broken;
  assert.equal(await refused(web.port), 'ECONNREFUSED');
  const { events } = await user.json<{ events: { action: string; details: { connections?: number } }[] }>([
    'audit',
    'list',
    '--action',
    'forward.end',
  ]);
  assert.equal(
    events.reduce((sum, { details }) => sum + (details.connections ?? 0), 0),
    43,
  );
});

test('what the app does not listen on is told with what it does, and the forward goes on', async (t) => {
  const stranger = createServer().listen(0, '127.0.0.1');
  t.after(() => stranger.close());
  await once(stranger, 'listening');
  const { port } = stranger.address() as AddressInfo;
  const { next } = forward(t, [`0:${port}`]);
  const listening = await next('listening');
  assert.deepEqual([listening.instance, listening.remotePort], [null, null]);
  const found = await next('failed');
  assert.equal(found.code, 'port_not_open');
  assert.match(String(found.hint), new RegExp(`listens on .*${digests}`));
  const socket = connect(Number(listening.port), '127.0.0.1');
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
  assert.equal(error.code, 'ECONNRESET');
  assert.equal((await next('failed')).connection, 1);
});

test('it outlives the control plane: what is open ends by reset, what comes later works', async (t) => {
  const { next } = forward(t, [`0:${digests}`]);
  const { port } = await next('listening');
  const cut: Socket = connect(Number(port), '127.0.0.1');
  const reset = once(cut, 'error') as Promise<[NodeJS.ErrnoException]>;
  await next('connection');
  const { pid } = user.platformFile<{ pid: number }>('platform.json');
  process.kill(pid, 'SIGKILL');
  assert.equal((await reset)[0].code, 'ECONNRESET');
  await next('lost');
  // Not before the platform is back: whoever connects meanwhile waits for it.
  const bytes = randomBytes(100_000);
  assert.equal(await digestThrough(port, bytes), createHash('sha256').update(bytes).digest('hex'));
  await next('back');
});

test('a taken port, an unknown app and a wrong argument end it before it listens', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1');
  t.after(() => taken.close());
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  assert.deepEqual(await last(['forward', 'shop', `${port}:web`]), ['local_port_taken', 7]);
  assert.deepEqual(await last(['forward', 'nope', '0:80']), ['app_not_found', 6]);
  assert.deepEqual(await last(['forward', 'shop', '0:cron']), ['process_not_found', 6]);
  assert.deepEqual(await last(['forward', 'shop', '1:2:3:4']), ['usage', 2]);
});

test('for people: one line for what listens, one for what fails', async (t) => {
  const child = user.spawn(['forward', 'shop', '0.0.0.0:0:web', '0:1']);
  t.after(() => child.kill('SIGKILL'));
  let [out, err] = ['', ''];
  child.stdout?.on('data', (chunk) => (out += String(chunk)));
  child.stderr?.on('data', (chunk) => (err += String(chunk)));
  await until('its lines', () => /port 1\. \(port_not_open\)/.test(err) || undefined);
  child.kill('SIGTERM');
  assert.deepEqual(await once(child, 'close'), [143, null]);
  assert.match(
    out,
    /^0\.0\.0\.0:\d+ goes to web\.1 port \d+\n127\.0\.0\.1:\d+ goes to 1 once the app listens there\n$/,
  );
  assert.match(err, /Warning: Everybody who reaches 0\.0\.0\.0 can connect to shop/);
});
