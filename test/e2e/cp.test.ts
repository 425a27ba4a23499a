import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { collect, describe, until, User } from '../support/rig.ts';

let user: User;
const at = (...names: string[]) => join(user.sources, ...names);
before(async () => {
  user = new User();
  user.source('shop', {
    'server.js': "require('http').createServer((q, s) => s.end('hi')).listen(process.env.PORT);\n",
    Procfile: 'web: node server.js\n',
  });
  await user.json(['deploy', 'shop', '--app', 'shop', '--create']);
});
after(() => user.close());

interface Result {
  files: number;
  bytes: number;
  leftCount: number;
}

const inApp = async (script: string) =>
  (await user.run(['command', 'shop', '--', 'sh', '-c', script])).stdout.trim();

test('a tree goes in and comes out as it was', async () => {
  mkdirSync(at('tree', 'deep', 'empty'), { recursive: true });
  writeFileSync(at('tree', 'deep', 'blob'), randomBytes(4_000_000));
  writeFileSync(at('tree', 'run me'), '#!/bin/sh\n');
  chmodSync(at('tree', 'run me'), 0o755);
  symlinkSync('deep/blob', at('tree', 'link'));
  const given = await user.json<Result>(['cp', '-r', 'tree', 'shop:data']);
  assert.deepEqual([given.files, given.bytes, given.leftCount], [6, 4_000_010, 0]);
  const digest = createHash('sha256')
    .update(readFileSync(at('tree', 'deep', 'blob')))
    .digest('hex');
  assert.equal(await inApp('sha256sum < data/link | cut -c1-64; stat -c %a "data/run me"'), `${digest}\n755`);
  const taken = await user.json<Result>(['cp', '-r', 'shop/web.1:data', 'back']);
  assert.deepEqual([taken.files, taken.bytes], [6, 4_000_010]);
  execFileSync('sh', ['-c', 'diff -r --no-dereference tree back'], { cwd: user.sources });
  assert.equal(
    Math.trunc(statSync(at('back', 'run me')).mtimeMs / 1000),
    Math.trunc(statSync(at('tree', 'run me')).mtimeMs / 1000),
  );
  // Again: into the folder that is there now.
  await user.json(['cp', '-r', 'tree', 'shop:data']);
  assert.equal(await inApp('ls data/tree'), 'deep\nlink\nrun me');
});

test('one file through stdin and stdout', async () => {
  const bytes = randomBytes(3_000_000);
  const given = await user.run(['cp', '-', 'shop:piped'], { stdin: bytes });
  assert.equal(given.code, 0, describe([], given));
  const child = user.spawn(['cp', 'shop:piped', '-']);
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stdin?.end();
  assert.equal((await collect(child)).code, 0);
  assert.ok(Buffer.concat(chunks).equals(bytes));
});

test('what cannot be copied is an error that names it, and leaves nothing', async () => {
  const before = readdirSync(user.sources).toSorted();
  const cases: [string[], string, number][] = [
    [['cp', 'shop:none', '.'], 'path_not_found', 6],
    [['cp', 'none', 'shop:'], 'path_not_found', 6],
    [['cp', 'shop:data', '.'], 'path_conflict', 7],
    [['cp', 'tree', 'shop:'], 'path_conflict', 7],
    [['cp', 'shop:/etc/passwd', '.'], 'path_outside_app', 5],
    [['cp', 'tree/run me', 'shop:/etc/cron.d/x'], 'path_outside_app', 5],
    [['cp', 'shop:server.js', 'none/'], 'path_not_found', 6],
    [['cp', 'shop:server.js', 'none/x'], 'path_not_found', 6],
    [['cp', 'a', 'b'], 'usage', 2],
    [['cp', 'shop:a', 'shop:b'], 'usage', 2],
    [['cp', 'nope:a', '.'], 'app_not_found', 6],
    [['cp', 'shop/web.7:a', '.'], 'instance_not_found', 6],
  ];
  for (const [args, code, exitCode] of cases) await user.fails(args, code, exitCode);
  assert.deepEqual(readdirSync(user.sources).toSorted(), before);
});

test('files that are there stay with --no-clobber', async () => {
  writeFileSync(at('mine'), 'mine');
  const kept = await user.json<Result>(['cp', '--no-clobber', 'shop:server.js', 'mine']);
  assert.equal(kept.leftCount, 1);
  assert.equal(readFileSync(at('mine'), 'utf8'), 'mine');
});

test('Ctrl-C leaves nothing half, on either side', async () => {
  const names = async () => await inApp('ls -A');
  const before = await names();
  const child = user.spawn(['cp', '-', 'shop:half']);
  child.stdin?.on('error', () => undefined);
  child.stdin?.write(randomBytes(1_000_000));
  await until('it to be under way', async () => ((await names()) === before ? undefined : true));
  child.kill('SIGINT');
  assert.deepEqual(await once(child, 'close'), [130, null]);
  await until('the rest to go', async () => ((await names()) === before ? true : undefined));

  await inApp('truncate -s 2G endless');
  const taking = user.spawn(['cp', 'shop:endless', 'endless']);
  await until(
    'it to be under way',
    () => readdirSync(user.sources).some((name) => name.includes('.rig-')) || undefined,
  );
  taking.kill('SIGINT');
  assert.deepEqual(await once(taking, 'close'), [130, null]);
  assert.equal(
    readdirSync(user.sources).some((name) => name.includes('endless')),
    false,
  );
});

test('it is in the audit log with what was copied', async () => {
  const { events } = await user.json<{ events: { result: string; details: Record<string, unknown> }[] }>([
    'audit',
    'list',
    '--action',
    'copy.end',
  ]);
  const [found] = events.filter(
    ({ result, details }) =>
      result === 'succeeded' && details['path'] === 'data' && details['direction'] === 'out',
  );
  assert.deepEqual([found?.details['files'], found?.details['bytes']], [6, 4_000_010]);
});
