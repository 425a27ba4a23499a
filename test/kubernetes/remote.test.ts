import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { resources } from '@rig-ops/kubernetes';
import { ClusterUser } from '../support/kubernetes/cluster-user.ts';
import { TestCluster } from '../support/kubernetes/test-cluster.ts';
import { Pty } from '../support/pty.ts';
import { collect, until } from '../support/rig.ts';

const APP = 'remote';
const cluster = await TestCluster.open();
let user: ClusterUser;

/** Counts in its log, ends when it is asked to, and has a port of loopback that tells the digest of what it gets. */
const server = `
const net = require('node:net'), crypto = require('node:crypto'), http = require('node:http');
let count = 0;
setInterval(() => { for (let i = 0; i < 5; i += 1) console.log('count ' + process.env.RIG_INSTANCE + ' ' + (count += 1)); }, 50);
http.createServer((request, answer) => {
  answer.end('ok');
  if (request.url === '/die') setTimeout(() => process.exit(1), 20);
}).listen(process.env.PORT, process.env.HOST);
net.createServer({ allowHalfOpen: true }, (socket) => {
  const hash = crypto.createHash('sha256');
  socket.on('error', () => {});
  socket.on('data', (bytes) => hash.update(bytes));
  socket.on('end', () => socket.end(hash.digest('hex')));
}).listen(9099, '127.0.0.1');
`;

let url = '';
before(async () => {
  user = await ClusterUser.start(cluster, 'remote');
  const source = user.app(
    APP,
    { 'server.js': server, 'data.txt': 'from the release\n' },
    '[processes]\nweb = "node server.js"\n',
  );
  ({ url } = await user.json<{ url: string }>(['deploy', source, '--yes']));
});
after(async () => {
  await user.close();
  cluster.close();
});

const inApp = (...argv: string[]) => ['command', APP, '--', ...argv];
const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

test('exit codes and signals are exact', async () => {
  for (const expected of [0, 1, 42, 255])
    assert.equal((await user.run(inApp('sh', '-c', `exit ${expected}`))).code, expected);
  assert.equal((await user.run(inApp('sh', '-c', 'kill -TERM $$'))).code, 143);
});

test('arguments arrive as they were typed', async () => {
  const args = ['', ' two  spaces ', '"quoted"', '$HOME', '$(PORT)', '*', '--json', 'ümläut', 'line\nbreak'];
  const { stdout } = await user.run(
    inApp('node', '-p', 'JSON.stringify(process.argv.slice(1))', '--', ...args),
  );
  assert.deepEqual(JSON.parse(stdout), args);
});

test('stdin, its end, stdout and stderr are exact and apart', async () => {
  const bytes = randomBytes(3 * 1024 * 1024);
  const child = user.spawn(inApp('sh', '-c', 'echo to stderr >&2; cat; echo end >&2'));
  const stdout: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stdin?.end(bytes);
  const { code, stderr } = await collect(child);
  assert.equal(stderr, 'to stderr\nend\n');
  assert.equal(code, 0);
  assert.equal(digestOf(Buffer.concat(stdout)), digestOf(bytes));
});

test('a command of its own runs in a pod of its own, which is gone behind it', async () => {
  const namespace = await user.requireNamespace();
  const alone = await user.run(
    ['command', APP, '--new', '--', 'sh', '-c', 'cat data.txt; ls /proc | grep -c "^[0-9]"; cat; exit 6'],
    { stdin: 'and stdin' },
  );
  assert.equal(alone.code, 6, alone.stderr);
  assert.match(alone.stdout, /^from the release\n\d+\nand stdin$/);
  await until(
    'one pod to be left',
    async () => (await cluster.client.list(resources.pods, { namespace })).length === 1,
    60_000,
  );
  assert.deepEqual(await cluster.client.list(resources.jobs, { namespace }), []);
});

test('a shell has the size of the terminal, follows it, and tells its exit code', async (t) => {
  const pty = new Pty(user, ['shell', APP, '--env', 'ENV=', '--env', 'HISTFILE='], { columns: 91, rows: 33 });
  t.after(() => pty.kill());
  await pty.shows(/[#$] /);
  pty.type("PS1='re''ady> '; stty size\r");
  await pty.shows(/33 91\r\n/);
  pty.resize(120, 40);
  await until('the new size', async () => {
    pty.type('stty size\r');
    return await pty.shows(/40 120\r\n/, 1_000).catch(() => undefined);
  });
  pty.type('exit 7\r');
  assert.equal(await pty.ended(), 7);
  const { before: was, after: is } = pty.modes();
  assert.equal(is, was);
});

test('what a session has started ends with it', async () => {
  const child = user.spawn(inApp('sh', '-c', 'sleep 4321 & echo begun; wait'));
  await once(child.stdout!, 'data');
  child.kill('SIGINT');
  await once(child, 'close');
  await until(
    'the program to be gone',
    async () =>
      (await user.run(inApp('sh', '-c', 'grep -l "432[1]" /proc/[0-9]*/cmdline || true'))).stdout === '',
    30_000,
  );
});

test('ports are forwarded to web and to what listens on loopback inside', async (t) => {
  const child = user.spawn(['forward', APP, '0:9099', '-o', 'json']);
  t.after(() => child.kill('SIGKILL'));
  const ports: number[] = [];
  createInterface({ input: child.stdout! }).on('line', (line) => {
    const { type, port } = JSON.parse(line) as { type: string; port?: number };
    if (type === 'listening' && port !== undefined) ports.push(port);
  });
  const port = await until('the port', () => ports[0]);
  const bytes = randomBytes(2 * 1024 * 1024);
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  let answer = '';
  socket.on('data', (chunk) => (answer += String(chunk)));
  socket.end(bytes);
  await once(socket, 'end');
  socket.destroy();
  assert.equal(answer, digestOf(bytes));
});

test('files go in and come out as they were', async () => {
  const tree = join(user.sources, 'tree');
  mkdirSync(join(tree, 'deep', 'empty'), { recursive: true });
  writeFileSync(join(tree, 'deep', 'blob'), randomBytes(2_000_000));
  writeFileSync(join(tree, 'run me'), '#!/bin/sh\n');
  chmodSync(join(tree, 'run me'), 0o755);
  await user.json(['cp', '-r', 'tree', `${APP}:/tmp/tree`]);
  const digest = digestOf(readFileSync(join(tree, 'deep', 'blob')));
  const seen = await user.run(
    inApp('sh', '-c', 'sha256sum < /tmp/tree/deep/blob | cut -c1-64; stat -c %a "/tmp/tree/run me"'),
  );
  assert.equal(seen.stdout, `${digest}\n755\n`);
  await user.json(['cp', '-r', `${APP}:/tmp/tree`, 'back']);
  assert.equal(digestOf(readFileSync(join(user.sources, 'back', 'deep', 'blob'))), digest);
});

interface LogLine {
  type: string;
  message?: string;
  count?: number;
}

test('a followed log goes on over restarts of the container and of the pod, and repeats nothing', async (t) => {
  const namespace = await user.requireNamespace();
  const child = user.spawn(['logs', 'app', APP, '--follow', '--tail', '0', '-o', 'json']);
  t.after(() => child.kill('SIGKILL'));
  const lines: LogLine[] = [];
  createInterface({ input: child.stdout! }).on('line', (line) => lines.push(JSON.parse(line) as LogLine));
  const counts = () =>
    lines.flatMap(({ message = '' }) => {
      const [, instance = '', count] = /^count (\S+) (\d+)$/.exec(message) ?? [];
      return count === undefined ? [] : [{ instance, count: Number(count) }];
    });
  const more = async (what: string) => {
    const had = counts().length;
    await until(what, () => counts().length > had + 40, 60_000);
  };
  await more('lines of the first run');
  await fetch(new URL('/die', url));
  await until('the second run', () => counts().filter(({ count }) => count === 1).length >= 1, 60_000);
  await more('lines of the second run');
  const [pod] = await cluster.client.list(resources.pods, { namespace, labels: { 'rig.dev/app': APP } });
  await cluster.client.delete(resources.pods, { namespace, name: pod?.metadata?.name ?? '' });
  await until('the third run', () => counts().filter(({ count }) => count === 1).length >= 2, 90_000);
  await more('lines of the third run');
  child.kill('SIGINT');
  await once(child, 'close');

  // Each run counts from one on: within one, every line comes once and in order, or a gap says otherwise.
  const gaps = lines.filter(({ type }) => type === 'gap').length;
  let missing = 0;
  let last = 0;
  for (const { count } of counts()) {
    if (count === 1) last = 0;
    if (last !== 0 || count === 1) {
      assert.ok(count > last, `line ${count} came behind line ${last}`);
      if (count !== last + 1) missing += 1;
    }
    last = count;
  }
  assert.ok(missing <= gaps, `${missing} times lines were missing, and ${gaps} gaps were told`);
});
