import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Build } from '@rig-ops/contract/resources';
import { until, User } from '../support/rig.ts';

/** The whole state of a platform on a file system of 96 MiB that this test alone uses. */
let user: User;
before(() => {
  user = new User();
  mkdirSync(user.home);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=96m,mode=0700', 'tmpfs', user.home]);
});
after(async () => {
  await user.run(['platform', 'stop']);
  await until('the file system to be unused', () => {
    execFileSync('umount', [user.home], { stdio: 'ignore' });
    return true;
  });
  rmSync(user.folder, { recursive: true, force: true });
});

const app = (command: string) => ({
  'server.js': `require('http').createServer((q, s) => s.end(process.env.RIG_RELEASE)).listen(process.env.PORT)`,
  'rig.toml': `[build]\ncommand = "${command}"\n[processes]\nweb = "node server.js"\n`,
});
const ask = async (url: string) => (await fetch(url, { signal: AbortSignal.timeout(10_000) })).text();
const freeBytes = () => {
  const { bavail, bsize } = statfsSync(user.home);
  return bavail * bsize;
};
const namesIn = (...path: string[]) => {
  try {
    return readdirSync(join(user.home, 'platform', ...path));
  } catch {
    return [];
  }
};

test('a build that fills the disk fails with its code, leaves nothing, and the next one works', async () => {
  user.source('site', app('echo small > built'));
  const { url } = await user.json<{ url: string }>(['deploy', 'site', '--app', 'site', '--yes']);
  const before = freeBytes();
  user.source('site', app('mkdir -p out && cat /dev/zero > out/filler'));
  const error = await user.fails(['deploy', 'site', '--app', 'site'], 'disk_full', 1);
  assert.match(error.message, /build/);
  assert.match(error.hint, /space/);
  assert.equal(await ask(url), '1');
  const { builds } = await user.json<{ builds: Build[] }>(['builds', 'list', 'site']);
  assert.deepEqual(
    builds.map(({ status }) => status),
    ['failed', 'succeeded'],
  );
  assert.deepEqual(namesIn('artifacts'), [builds[1]?.id]);
  assert.deepEqual(
    namesIn('cache', 'apps').flatMap((id) => namesIn('cache', 'apps', id, 'new')),
    [],
  );
  assert.ok(freeBytes() > before - 8 * 1024 * 1024, `${before} bytes were free, now ${freeBytes()}`);
  // What the program itself had to say found no space either.
  await until('the log to tell the end', async () => {
    const { stdout } = await user.run(['logs', 'build', builds[0]?.id ?? '']);
    return stdout.includes('failed with exit code 1');
  });
  user.source('site', app('echo smaller > built'));
  await user.json(['deploy', 'site', '--app', 'site']);
  assert.equal(await ask(url), '2');
});
