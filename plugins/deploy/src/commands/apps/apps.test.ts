import assert from 'node:assert/strict';
import { join } from 'node:path';
import { mkdirSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { runCommand } from '@rig-ops/kit/harness';
import { startFakePlatform } from '../../testing/fake-platform.ts';
import AppsCreateCommand from './create.ts';
import AppsDestroyCommand from './destroy.ts';
import AppsInfoCommand from './info.ts';
import AppsListCommand from './list.ts';

test('an app is created, listed, shown and destroyed', async (t) => {
  const { platform, client, rigHome } = await startFakePlatform(t);
  const options = { client, rigHome };
  const empty = await runCommand(AppsListCommand, [], options);
  assert.deepEqual([empty.result, empty.stdout], [{ apps: [], nextCursor: null }, '']);
  assert.match(empty.stderr, /no apps yet/);
  const created = await runCommand(AppsCreateCommand, ['shop'], options);
  assert.equal(created.result?.name, 'shop');
  const list = await runCommand(AppsListCommand, [], options);
  assert.match(list.stdout, /^APP +STATUS[^]*shop +empty/);
  const info = await runCommand(AppsInfoCommand, ['shop'], options);
  assert.equal(info.result?.name, 'shop');
  assert.match(info.stdout, /App +shop/);
  const destroyed = await runCommand(AppsDestroyCommand, ['shop', '--yes'], options);
  assert.deepEqual(destroyed.result, { destroyed: 'shop' });
  assert.equal(platform.apps.size, 0);
});

test('in machine formats stdout is for the document alone', async (t) => {
  const { platform, client, rigHome } = await startFakePlatform(t);
  platform.apps.add('shop');
  for (const command of [AppsListCommand, AppsInfoCommand]) {
    const args = command === AppsInfoCommand ? ['shop'] : [];
    assert.equal((await runCommand(command, args, { client, rigHome, machine: true })).stdout, '');
  }
});

test('nothing is destroyed where nobody can be asked, and nothing that is not there', async (t) => {
  const { platform, client, rigHome } = await startFakePlatform(t);
  platform.apps.add('shop');
  const unsure = await runCommand(AppsDestroyCommand, ['shop'], { client, rigHome });
  assert.deepEqual([unsure.error?.code, unsure.exitCode], ['confirmation_required', 2]);
  const unknown = await runCommand(AppsDestroyCommand, ['shed', '--yes'], { client, rigHome });
  assert.deepEqual([unknown.error?.code, unknown.exitCode], ['app_not_found', 6]);
  assert.ok(platform.apps.has('shop'));
});

test('the app may be left out inside its folder', async (t) => {
  const { platform, client, rigHome } = await startFakePlatform(t);
  platform.apps.add('shop');
  const cwd = join(rigHome, 'project', 'src');
  mkdirSync(cwd, { recursive: true });
  writeFileSync(join(rigHome, 'project', 'rig.toml'), 'app = "shop"\n');
  const inside = await runCommand(AppsInfoCommand, [], { client, rigHome, cwd });
  assert.equal(inside.result?.name, 'shop');
  const outside = await runCommand(AppsInfoCommand, [], { client, rigHome });
  assert.deepEqual([outside.error?.code, outside.exitCode], ['app_required', 2]);
});
