import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { RigError } from '@rig-ops/contract/errors';
import { runCommand } from '@rig-ops/kit/harness';
import type { DeployResult } from '../logic/deploy-source.ts';
import { startFakePlatform } from '../testing/fake-platform.ts';
import { makeSource, until } from '../testing/make-source.ts';
import { doneEvent, stepEvents, successEvents } from '../testing/resources.ts';
import DeployCommand from './deploy.ts';

const source = { 'rig.toml': 'app = "shop"\n', 'server.js': 'serve()\n', 'lib/a.js': 'a\n' };

test('brings a folder to the platform and tells its URL and what was done', async (t) => {
  const { platform, client, rigHome } = await startFakePlatform(t);
  const root = makeSource(t, { ...source, '.gitignore': '*.log\n', 'x.log': 'left out', '.env': 'SECRET=1' });
  platform.apps.add('shop');
  platform.buildLog.tell('\u001B[32minstalling\u001B[39m', 'a bell \u0007');
  platform.buildLog.end();
  platform.events.tell(...successEvents());
  const outcome = await runCommand(DeployCommand, [root, '-m', 'first'], { client, rigHome });
  assert.equal(outcome.error, undefined);
  assert.equal(outcome.stdout, 'http://127.0.0.1:4000\n');
  const { url, release, deploy, bundle, steps, durationMs } = outcome.result as unknown as DeployResult;
  assert.equal(url, 'http://127.0.0.1:4000');
  assert.ok(release !== null && bundle !== null);
  assert.deepEqual([release.version, deploy.status], [1, 'succeeded']);
  assert.deepEqual([bundle.files, bundle.bytes, bundle.reusedBytes], [4, 29, 0]);
  assert.ok(bundle.sentBytes > 29 && durationMs >= 0);
  assert.deepEqual(
    steps.map(({ name }) => name),
    ['scan', 'upload', 'build', 'start', 'health', 'switch', 'drain'],
  );
  assert.deepEqual(platform.ordered, [
    {
      bundle: bundle.id,
      guard: {},
      message: 'first',
      source: { kind: 'folder', from: null, root: '.', git: null },
    },
  ]);
  const [manifest] = platform.bundles.values();
  assert.deepEqual(
    manifest?.entries.map(({ path }) => path),
    ['.gitignore', 'lib/a.js', 'rig.toml', 'server.js'],
  );
  assert.match(outcome.stderr, / \| installing\n {2}\| a bell \u2407\n/);
  assert.match(outcome.stderr, /\.env is left out/);
  assert.ok(!outcome.stderr.includes('\u001B'));
});

test('what the platform has is not sent again', async (t) => {
  const { platform, client, rigHome } = await startFakePlatform(t);
  const root = makeSource(t, source);
  platform.events.tell(...successEvents());
  platform.buildLog.end();
  const run = () => runCommand(DeployCommand, [root, '--yes'], { client, rigHome, machine: true });
  assert.equal((await run()).error, undefined);
  const first = platform.asked.length;
  const again = await run();
  assert.deepEqual(again.result?.bundle, {
    ...(again.result?.bundle as object),
    uploadedBytes: 0,
    reusedBytes: 23,
  });
  assert.ok(!platform.asked.slice(first).some((asked) => asked.includes('/packs/')));
  assert.equal(again.stdout, '');
});

test('an app that does not exist is created when that was agreed to, after the source was read', async (t) => {
  const { platform, client, rigHome } = await startFakePlatform(t);
  const root = makeSource(t, source);
  platform.events.tell(...successEvents());
  platform.buildLog.end();
  const refused = await runCommand(DeployCommand, [root], { client, rigHome });
  assert.deepEqual([refused.error?.code, refused.exitCode], ['confirmation_required', 2]);
  assert.match(refused.error?.hint ?? '', /--create/);
  rmSync(join(root, 'lib'), { recursive: true });
  mkdirSync(join(root, 'lib', 'Case'), { recursive: true });
  for (const flag of ['--create', '--yes']) {
    platform.apps.clear();
    const outcome = await runCommand(DeployCommand, [root, flag], { client, rigHome });
    assert.equal(outcome.error, undefined, flag);
    assert.ok(platform.apps.has('shop'));
  }
});

test('a source that cannot be deployed creates nothing', async (t) => {
  const { platform, client, rigHome } = await startFakePlatform(t);
  const root = makeSource(t, { '.gitignore': '*\n' });
  for (const [path, code] of [
    [join(root, 'nowhere'), 'source_not_found'],
    [join(root, '.gitignore'), 'source_not_found'],
    [root, 'source_empty'],
  ] as const) {
    const outcome = await runCommand(DeployCommand, [path, '--yes'], { client, rigHome });
    assert.deepEqual([outcome.error?.code, outcome.exitCode], [code, 3]);
  }
  assert.equal(platform.apps.size, 0);
});

test('without a path the folder that has the rig.toml is deployed', async (t) => {
  const { platform, client, rigHome } = await startFakePlatform(t);
  const root = makeSource(t, source);
  platform.events.tell(...successEvents());
  platform.buildLog.end();
  const cwd = join(root, 'lib');
  const outcome = await runCommand(DeployCommand, ['--yes'], { client, rigHome, cwd });
  assert.equal(outcome.error, undefined);
  const [manifest] = platform.bundles.values();
  assert.ok(manifest?.entries.some(({ path }) => path === 'server.js'));
  const given = await runCommand(DeployCommand, ['.', '--app', 'lib', '--yes'], { client, rigHome, cwd });
  assert.equal(given.error, undefined);
  assert.deepEqual([...platform.apps], ['shop', 'lib']);
});

const lastLines = ['npm ERR! one', 'npm ERR! \u001B]0;title\u0007two'];
const failures = [
  ['build', 'build_failed', 10],
  ['health', 'release_failed', 11],
] as const;
for (const [step, code, exitCode] of failures) {
  test(`a deploy that fails in ${step} exits with ${exitCode} and shows the last lines`, async (t) => {
    const { platform, client, rigHome } = await startFakePlatform(t);
    const root = makeSource(t, source);
    platform.apps.add('shop');
    const error = { code, message: 'It failed.', hint: 'Look.', exitCode, details: { lastLines } };
    const before = step === 'health' ? stepEvents('build') : stepEvents('build').slice(0, 1);
    platform.events.tell(...before, doneEvent({ status: 'failed', step, buildId: 'bld_1', error }));
    platform.buildLog.tell('npm ERR! one');
    platform.buildLog.end();
    const text = await runCommand(DeployCommand, [root], { client, rigHome });
    assert.deepEqual([text.error?.code, text.exitCode, text.stdout], [code, exitCode, '']);
    assert.equal(text.stderr.split('npm ERR! one').length - 1, step === 'health' ? 2 : 1, text.stderr);
    if (step === 'health') assert.match(text.stderr, /npm ERR! \u241B\]0;title\u2407two/);
    const document = await runCommand(DeployCommand, [root], { client, rigHome, machine: true });
    assert.deepEqual(document.error?.details, { deploy: 'dep_1', lastLines });
    assert.equal(document.stderr, '');
  });
}

test('a deploy that is refused is told as it is', async (t) => {
  const { platform, client, rigHome } = await startFakePlatform(t);
  platform.refusal = new RigError('deploy_in_progress', 'shop is being deployed already.');
  const outcome = await runCommand(DeployCommand, [makeSource(t, source), '--yes'], { client, rigHome });
  assert.deepEqual([outcome.error?.code, outcome.exitCode], ['deploy_in_progress', 7]);
});

test('goes on where it was when the platform is killed and comes back', async (t) => {
  const { platform, client, rigHome } = await startFakePlatform(t);
  const [begun, ...rest] = successEvents();
  assert.ok(begun);
  platform.events.tell(begun);
  platform.buildLog.tell('one');
  const seen: string[] = [];
  platform.buildLog.onRead = (line) => seen.push(line);
  const running = runCommand(DeployCommand, [makeSource(t, source), '--yes'], { client, rigHome });
  await until('the log to be read', () => seen.includes('one'));
  await platform.kill();
  platform.buildLog.tell('two');
  platform.buildLog.end();
  platform.events.tell(...rest);
  await platform.listen();
  const outcome = await running;
  assert.equal(outcome.error, undefined);
  const lines = outcome.stderr.split('\n').filter((line) => /\| (one|two)$/.test(line));
  assert.deepEqual(lines, ['  | one', '  | two']);
  assert.match(outcome.stderr, /connection is lost/);
});

test('Ctrl-C before the deploy began says that nothing began', async (t) => {
  const { platform, client, rigHome } = await startFakePlatform(t);
  const stop = new AbortController();
  platform.onRequest = (asked) => {
    if (asked.includes('/packs/')) stop.abort(new Error('Ctrl-C'));
  };
  const options = { client, rigHome, signal: stop.signal };
  const outcome = await runCommand(DeployCommand, [makeSource(t, source), '--yes'], options);
  assert.deepEqual([outcome.error?.code, outcome.exitCode], ['interrupted', 130]);
  assert.match(outcome.error?.message ?? '', /before the deploy began/);
  assert.deepEqual(platform.ordered, []);
});

test('Ctrl-C during the build says that the deploy goes on', async (t) => {
  const { platform, client, rigHome } = await startFakePlatform(t);
  const stop = new AbortController();
  platform.events.tell(...stepEvents('build').slice(0, 1));
  platform.buildLog.tell('compiling');
  platform.buildLog.onRead = () => stop.abort(new Error('Ctrl-C'));
  const options = { client, rigHome, signal: stop.signal };
  const outcome = await runCommand(DeployCommand, [makeSource(t, source), '--yes'], options);
  assert.deepEqual([outcome.error?.code, outcome.exitCode], ['interrupted', 130]);
  assert.match(`${outcome.error?.message} ${outcome.error?.hint}`, /goes on.*rig releases list shop/);
  assert.deepEqual(outcome.error?.details, { deploy: 'dep_1' });
});
