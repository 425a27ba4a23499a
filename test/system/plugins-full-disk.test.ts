import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { sketchPlugin } from '../support/plugin-package.ts';
import { User } from '../support/rig.ts';

/** The state of a user on a file system of 24 MiB that this test alone uses. */
let user: User;
before(() => {
  user = new User();
  mkdirSync(user.home);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m,mode=0700', 'tmpfs', user.home]);
});
after(() => {
  execFileSync('umount', [user.home]);
  rmSync(user.folder, { recursive: true, force: true });
});

test('an install that fills the disk fails with its code, and the plugins are as they were', async () => {
  const source = (name: string, command: string) => {
    const { manifest, files } = sketchPlugin({ name, version: '1.0.0', commands: [command] });
    return user.source(name, { 'package.json': JSON.stringify(manifest), ...files });
  };
  await user.json(['plugins', 'install', source('rig-plugin-small', 'small')]);
  const lock = join(user.home, 'plugins', 'rig-plugins.lock');
  const before = readFileSync(lock, 'utf8');
  const large = source('rig-plugin-large', 'large');
  writeFileSync(join(large, 'noise.bin'), randomBytes(32 * 1024 * 1024));
  const { hint } = await user.fails(['plugins', 'install', large], 'disk_full', 1);
  assert.match(hint, /space/);
  assert.equal(readFileSync(lock, 'utf8'), before);
  assert.equal((await user.run(['small'])).stdout, 'rig-plugin-small 1.0.0 small\n');
  // What the failed one had written is gone again.
  await user.json(['plugins', 'install', source('rig-plugin-other', 'other')]);
});
