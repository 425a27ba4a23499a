import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { until, User } from '../support/rig.ts';

/** The whole state of a platform on a file system of 48 MiB that this test alone uses. */
let user: User;
before(() => {
  user = new User();
  mkdirSync(user.home);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=48m,mode=0700', 'tmpfs', user.home]);
});
after(async () => {
  await user.run(['platform', 'stop']);
  await until('the file system to be unused', () => {
    execFileSync('umount', [user.home], { stdio: 'ignore' });
    return true;
  });
  rmSync(user.folder, { recursive: true, force: true });
});

const ask = async (url: string) => (await fetch(url, { signal: AbortSignal.timeout(10_000) })).text();

test('a deploy that fills the disk fails with its code, and what is live goes on', async () => {
  const { url } = await user.json<{ url: string }>(['deploy', user.example('hello-node'), '--yes']);
  const large = user.source('large', { 'index.html': 'x' });
  const noise = Buffer.alloc(64 * 1024 * 1024);
  for (let offset = 0; offset < noise.length; offset += 65_536) {
    crypto.getRandomValues(noise.subarray(offset, offset + 65_536));
  }
  writeFileSync(join(large, 'noise.bin'), noise);
  const error = await user.fails(['deploy', large, '--yes'], 'disk_full', 1);
  assert.match(error.hint, /space/);
  assert.match(await ask(url), /Hello from rig/);
  await user.json(['apps', 'destroy', 'large', '--yes']);
  await user.json(['deploy', user.example('hello-node')]);
  assert.match(await ask(url), /release 2/);
});

test('an app that writes while the disk is full is not stopped, and its log goes on afterwards', async () => {
  const chatty = user.source('chatty', {
    Procfile: 'chatty: node chatty.js\n',
    'chatty.js': "let n = 0; setInterval(() => console.log('tick ' + ++n), 50);",
  });
  await user.json(['deploy', chatty, '--yes']);
  const lastTick = async () => {
    const { stdout } = await user.run(['logs', 'app', 'chatty', '-n', '1', '--no-prefix']);
    return Number(/tick (\d+)/.exec(stdout)?.[1] ?? 0);
  };
  await until('lines', async () => (await lastTick()) > 5);
  const ballast = join(user.home, 'ballast');
  let filled = true;
  for (let block = 0; filled; block += 1) {
    try {
      writeFileSync(ballast, Buffer.alloc(64 * 1024), { flag: 'a' });
    } catch {
      filled = false;
    }
  }
  const { apps } = await user.json<{ apps: { name: string; status: string }[] }>(['apps', 'list']);
  assert.ok(apps.some(({ name, status }) => name === 'chatty' && status === 'running'));
  rmSync(ballast);
  const before = await lastTick();
  await until('new lines', async () => (await lastTick()) > before + 20);
});
