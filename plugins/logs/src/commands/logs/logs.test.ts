import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { RigError } from '@rig-ops/contract/errors';
import { runCommand } from '@rig-ops/kit/harness';
import { startPlatform } from '../../testing/test-platform.ts';
import LogsAppCommand from './app.ts';
import LogsBuildCommand from './build.ts';

test('the latest 100 lines, each with its instance', async (t) => {
  const platform = await startPlatform(t);
  platform.log.append(...Array.from({ length: 150 }, (_, i) => `line ${i}`));
  const run = await runCommand(LogsAppCommand, ['hello'], platform);
  assert.equal(run.exitCode, 0);
  const lines = run.stdout.split('\n');
  assert.equal(lines.length, 101);
  assert.equal(lines[0], 'web.1 | line 50');
  assert.equal(lines[99], 'web.1 | line 149');
  assert.deepEqual(platform.asked, [{ app: 'hello', follow: false, positions: true, tail: 100 }]);
});

test('-n, --no-prefix and --timestamps', async (t) => {
  const platform = await startPlatform(t);
  platform.log.append('a', 'b', 'c');
  const bare = await runCommand(LogsAppCommand, ['hello', '-n', '2', '--no-prefix'], platform);
  assert.equal(bare.stdout, 'b\nc\n');
  const none = await runCommand(LogsAppCommand, ['hello', '-n', '0'], platform);
  assert.equal(none.stdout, '');
  const timed = await runCommand(LogsAppCommand, ['hello', '-n', '1', '--timestamps', '--utc'], platform);
  assert.equal(timed.stdout, '2026-01-02T03:04:05.678Z web.1 | c\n');
  for (const wrong of ['-1', 'x', '1000001']) {
    assert.equal((await runCommand(LogsAppCommand, ['hello', '-n', wrong], platform)).exitCode, 2);
  }
});

test('exact bytes, joined parts, and gaps on stderr', async (t) => {
  const platform = await startPlatform(t);
  const bytes = Buffer.from([0xff, 0x1b, 0x00]);
  platform.log.append({ message: '\uFFFD', base64: bytes.toString('base64') });
  platform.log.append({ message: 'long ', partial: true }, { message: 'line' });
  platform.log.gap(2);
  const run = await runCommand(LogsAppCommand, ['hello', '--no-prefix'], platform);
  assert.ok(run.stdoutBytes.equals(Buffer.concat([bytes, Buffer.from('\nlong line\n')])));
  assert.match(run.stderr, /2 lines are missing here, 1\.4 to 1\.5: there were too many\./);
});

test('machine formats get the records as they are', async (t) => {
  const platform = await startPlatform(t);
  platform.log.append({ message: 'long ', partial: true }, { message: 'line' });
  platform.log.gap(1);
  const run = await runCommand(LogsAppCommand, ['hello'], { ...platform, machine: true });
  assert.deepEqual(run.records, platform.log.records);
  assert.equal(run.stdout, '');
  assert.equal(run.stderr, '');
});

test('the app is that of rig.toml when it is left out', async (t) => {
  const platform = await startPlatform(t);
  await writeFile(join(platform.rigHome, 'rig.toml'), 'app = "from-toml"\n');
  await runCommand(LogsAppCommand, [], platform);
  assert.equal(platform.asked[0]?.app, 'from-toml');
});

test('following goes on over a lost connection and says so once, and ends with 130 on Ctrl-C', async (t) => {
  const platform = await startPlatform(t);
  platform.log.append('one');
  const stop = new AbortController();
  const running = runCommand(LogsAppCommand, ['hello', '-f'], { ...platform, signal: stop.signal });
  while (platform.asked.length < 2) await new Promise((resolve) => setImmediate(resolve));
  platform.cut();
  platform.log.append('two');
  while (platform.asked.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
  platform.log.append('three');
  // A second follower that has seen the last line proves that the first could have.
  await runCommand(LogsAppCommand, ['hello'], platform);
  stop.abort(new RigError('interrupted', 'Interrupted by SIGINT.'));
  const run = await running;
  assert.equal(run.exitCode, 130);
  assert.equal(run.stdout, 'web.1 | one\nweb.1 | two\nweb.1 | three\n');
  assert.equal(run.stderr.match(/connection was lost/g)?.length, 1);
});

test('an unknown app is refused with its code', async (t) => {
  const platform = await startPlatform(t);
  const run = await runCommand(LogsAppCommand, ['nope', '-f'], platform);
  assert.equal(run.error?.code, 'app_not_found');
  assert.equal(run.exitCode, 6);
});

test('logs build: by id, the newest of an app, and an app without builds', async (t) => {
  const platform = await startPlatform(t);
  platform.log.append({ message: 'npm ci', source: 'build', instance: 'install', release: 0 });
  platform.log.end();
  const byId = await runCommand(LogsBuildCommand, ['bld_7', '-f'], platform);
  assert.equal(byId.stdout, 'install | npm ci\n');
  assert.deepEqual(platform.asked.at(-1), { build: 'bld_7', follow: true, positions: true, after: '1.1' });
  assert.equal(byId.exitCode, 0);
  const none = await runCommand(LogsBuildCommand, ['--app', 'hello'], platform);
  assert.equal(none.error?.code, 'build_not_found');
  platform.builds.push({ id: 'bld_9' }, { id: 'bld_8' });
  for (const ofApp of [['--app', 'hello'], ['hello']]) {
    const newest = await runCommand(LogsBuildCommand, ofApp, platform);
    assert.equal(newest.exitCode, 0);
    assert.deepEqual(platform.asked.at(-1), { build: 'bld_9', follow: false, positions: true });
  }
});

test('following a build that fails ends with its exit code; reading its log does not', async (t) => {
  const platform = await startPlatform(t);
  platform.builds.push({ id: 'bld_1', status: 'failed' }, { id: 'bld_2', status: 'succeeded' });
  platform.log.end();
  assert.equal((await runCommand(LogsBuildCommand, ['bld_1', '-f'], platform)).exitCode, 10);
  assert.equal((await runCommand(LogsBuildCommand, ['bld_1'], platform)).exitCode, 0);
  assert.equal((await runCommand(LogsBuildCommand, ['bld_2', '-f'], platform)).exitCode, 0);
});
