import assert from 'node:assert/strict';
import { symlinkSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { RigClient } from '@rig-ops/client';
import { runCommand } from '@rig-ops/kit/harness';
import type { DryRunResult } from '../logic/dry-run.ts';
import { startFakePlatform } from '../testing/fake-platform.ts';
import { makeSource } from '../testing/make-source.ts';
import DeployCommand from './deploy.ts';

const source = {
  '.env': 'SECRET=1',
  '.gitignore': '*.log\n',
  'rig.toml': 'app = "shop"\n',
  'server.js': 'serve()\n',
  'lib/a.js': 'a\n',
  'x.log': 'left out',
};

test('a dry run lists what would go up, and what is left out by which rule, and changes nothing', async (t) => {
  const { platform, client, rigHome } = await startFakePlatform(t);
  platform.limits = { entries: 100, totalBytes: 1000 };
  const root = makeSource(t, source);
  symlinkSync('lib', join(root, 'link'));
  const machine = await runCommand(DeployCommand, [root, '--dry-run'], { client, rigHome, machine: true });
  assert.equal(machine.error, undefined);
  assert.deepEqual(machine.result, {
    dryRun: true,
    app: 'shop',
    root,
    files: 4,
    bytes: 29,
    entries: [
      { type: 'file', path: '.gitignore', size: 6, executable: false },
      { type: 'file', path: 'lib/a.js', size: 2, executable: false },
      { type: 'symlink', path: 'link', target: 'lib' },
      { type: 'file', path: 'rig.toml', size: 13, executable: false },
      { type: 'file', path: 'server.js', size: 8, executable: false },
    ],
    ignored: [
      { path: '.env', rule: 'default: .env*' },
      { path: 'x.log', rule: '.gitignore:1: *.log' },
    ],
    notes: [
      '.env is left out: secrets do not belong into a bundle. To deploy it all the same, write !/.env into .rigignore.',
    ],
    limits: { entries: 100, totalBytes: 1000 },
  });
  const text = await runCommand(DeployCommand, [root, '--dry-run'], { client, rigHome });
  assert.match(text.stdout, /^4 files, 29 B of .*shop would be uploaded to shop\n/);
  assert.match(text.stdout, /FILES\n +13 B {2}rig\.toml\n/);
  assert.match(text.stdout, /LEFT OUT\n {2}\.env +default: \.env\*\n {2}x\.log +\.gitignore:1: \*\.log\n$/);
  assert.match(text.stderr, /^\.env is left out: /);
  assert.deepEqual(new Set(platform.asked), new Set(['GET /v1/limits']));
  assert.equal(platform.apps.size, 0);
});

test('a dry run needs no platform', async (t) => {
  const { platform, rigHome } = await startFakePlatform(t);
  const root = makeSource(t, source);
  const none = await runCommand(DeployCommand, [root, '--dry-run'], { rigHome });
  assert.deepEqual([none.error, none.result?.limits], [undefined, null]);
  const client = new RigClient({ name: 'away', token: 'token', url: 'http://127.0.0.1:1' });
  t.after(() => client.close());
  const away = await runCommand(DeployCommand, [root, '--dry-run'], { client, rigHome });
  assert.deepEqual([away.error, away.result?.limits, away.result?.files], [undefined, null, 4]);
  assert.match(away.stderr, /does not answer: its limits are not checked/);
  assert.deepEqual(platform.asked, []);
});

test('a long list is cut in text, and whole in the document', async (t) => {
  const { client, rigHome } = await startFakePlatform(t);
  const logs = Array.from({ length: 60 }, (_, number) => [`${number}.log`, '']);
  const root = makeSource(t, { ...source, ...Object.fromEntries(logs) });
  const text = await runCommand(DeployCommand, [root, '--dry-run'], { client, rigHome });
  assert.match(text.stdout, /and 12 more, which -o json lists\n$/);
  assert.equal((text.result as unknown as DryRunResult).ignored.length, 62);
});

test('what the platform does not take is refused before anything goes up, with the largest files', async (t) => {
  const { platform, client, rigHome } = await startFakePlatform(t);
  const files = Object.fromEntries([1, 2, 3, 4, 5, 6].map((size) => [`f${size}`, 'x'.repeat(size * 1000)]));
  const root = makeSource(t, { ...source, ...files });
  const run = async (...more: string[]) =>
    await runCommand(DeployCommand, [root, '--yes', ...more], { client, rigHome });
  platform.limits = { entries: 100, totalBytes: 20_000 };
  for (const more of [[], ['--dry-run']]) {
    const { error, exitCode } = await run(...more);
    assert.deepEqual([error?.code, exitCode], ['bundle_too_large', 3]);
    assert.match(error?.message ?? '', /has 21 kB, and the platform takes 20 kB.*\n +6\.0 kB {2}f6\n/);
    const { largest = [] } = (error?.details ?? {}) as { largest?: { path: string }[] };
    assert.deepEqual(
      largest.map(({ path }) => path),
      ['f6', 'f5', 'f4', 'f3', 'f2'],
    );
  }
  platform.limits = { entries: 5, totalBytes: 99_999 };
  for (const more of [[], ['--dry-run']]) {
    const { error } = await run(...more);
    assert.equal(error?.code, 'bundle_too_large');
    assert.match(error?.message ?? '', /more than 5 files/);
  }
  assert.equal(platform.apps.size, 0);
  assert.ok(!platform.asked.some((asked) => asked.startsWith('PUT')));
});

test('a broken rig.toml is refused before anything goes up, with its line', async (t) => {
  const { platform, client, rigHome } = await startFakePlatform(t);
  const root = makeSource(t, { ...source, 'rig.toml': 'app = "shop"\n[build]\ncomand = "x"\n' });
  for (const more of [[], ['--dry-run']]) {
    const { error, exitCode } = await runCommand(DeployCommand, [root, '--yes', ...more], {
      client,
      rigHome,
    });
    assert.deepEqual([error?.code, exitCode], ['invalid_rig_toml', 3]);
    assert.match(error?.message ?? '', /^rig\.toml:3:1: unknown key "comand"; did you mean "command"/);
  }
  assert.equal(platform.apps.size, 0);
  // Its folder counts, not those beside it.
  const inside = makeSource(t, { ...source, 'api/rig.toml': '[[', 'web/index.html': '' });
  const run = async (path: string) =>
    (await runCommand(DeployCommand, [inside, '--path', path, '--dry-run'], { client, rigHome })).error?.code;
  assert.deepEqual([await run('web'), await run('api')], [undefined, 'invalid_rig_toml']);
});

test('a large source is warned about, with its largest files', async (t) => {
  const { client, rigHome } = await startFakePlatform(t);
  const root = makeSource(t, { ...source, 'data/dump.sql': '', 'data/small.sql': '' });
  truncateSync(join(root, 'data/dump.sql'), 99_000_000);
  truncateSync(join(root, 'data/small.sql'), 2_000_000);
  const { stderr, error } = await runCommand(DeployCommand, [root, '--dry-run'], { client, rigHome });
  assert.equal(error, undefined);
  assert.match(stderr, /has 101 MB; the largest files are\n +99 MB {2}data\/dump\.sql\n +2\.0 MB {2}data/);
});
