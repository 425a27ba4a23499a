import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { repository } from '../support/rig.ts';
import { entries, type RunOptions, Sandbox } from './run-rig.ts';

interface DoctorDocument {
  checks: { area: string; name: string; ok: boolean; message: string; fix: string | null }[];
}

/** A plugin as an author may have left it: its files by path. */
type Files = Record<string, string>;

const packageOf = (name: string, more: object = {}) =>
  JSON.stringify({
    name,
    version: '1.0.0',
    type: 'module',
    oclif: { commands: './commands', bin: 'rig' },
    ...more,
  });
const command = (body: string) =>
  `import { Command } from '@oclif/core';
export default class extends Command { async run() { ${body} } }`;
const withHook = (name: string, event: string, source: string): Files => ({
  'package.json': packageOf(name, { oclif: { commands: './commands', hooks: { [event]: './hook.js' } } }),
  'hook.js': source,
});

describe('a plugin that is broken', { concurrency: 2, timeout: 240_000 }, () => {
  const sandbox = new Sandbox();
  after(() => sandbox.remove());
  let number = 0;

  /** A home of its own with these plugins linked, beside one that is all right. */
  function linked(files: Record<string, Files | null>): RunOptions {
    number += 1;
    const home = join(sandbox.folder, `home-${number}`);
    const roots = Object.entries(files).map(([name, content]) => {
      const root = join(home, 'authors', name);
      for (const [path, text] of Object.entries(content ?? {})) {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), text);
      }
      return { name, root, type: 'link' };
    });
    const fine = {
      name: 'plugin-stranger',
      root: join(repository, 'test/fixtures/plugin-stranger'),
      type: 'link',
    };
    mkdirSync(join(home, 'plugins'), { recursive: true, mode: 0o700 });
    const list = { oclif: { schema: 1, plugins: [...roots, fine] } };
    writeFileSync(join(home, 'plugins', 'package.json'), JSON.stringify(list));
    return { env: { RIG_HOME: home } };
  }

  /** The others work, and it is named in one line. */
  async function worksBeside(options: RunOptions, named: RegExp): Promise<void> {
    for (const format of ['text', 'json']) {
      const { code, stdout, stderr } = await sandbox.run(['stranger', 'nothing', '-o', format], options);
      assert.equal(code, 0, stderr);
      if (format === 'json') assert.deepEqual(JSON.parse(stdout), {});
      const warnings = stderr.split('\n').filter((line) => line.startsWith('Warning: '));
      assert.equal(warnings.length, 1, stderr);
      assert.match(warnings[0] ?? '', named);
    }
  }

  async function doctorSays(options: RunOptions, name: string, message: RegExp): Promise<void> {
    const { stdout } = await sandbox.run(['doctor', '--json'], options);
    const { checks } = JSON.parse(stdout) as DoctorDocument;
    const found = checks.find((check) => check.area === 'plugins' && check.name === name && !check.ok);
    assert.match(found?.message ?? 'nothing', message);
    assert.match(found?.fix ?? '', /rig plugins uninstall|Correct|rig plugins install|Put the folder back/);
  }

  const loading: [what: string, files: Files | null, named: RegExp][] = [
    ['is not there any more', null, /the plugin bad is not where it was installed\. `rig doctor`/],
    [
      'has half a package.json',
      { 'package.json': '{"name": "bad",' },
      /the plugin bad has a package\.json that cannot/,
    ],
    [
      'has a package.json of nonsense',
      { 'package.json': '[1, 2]' },
      /the plugin bad has a package\.json that cannot/,
    ],
    [
      'names hooks that are none',
      { 'package.json': packageOf('bad', { oclif: { commands: './commands', hooks: { init: [5] } } }) },
      /the plugin bad has hooks that are none/,
    ],
    [
      'is for another rig',
      { 'package.json': packageOf('bad', { rig: { host: '>=99' } }) },
      /the plugin bad is left out: bad@1\.0\.0 is for rig >=99; this is rig/,
    ],
    [
      'throws when its command is loaded',
      { 'package.json': packageOf('bad'), 'commands/bad.js': "throw new Error('no good');" },
      /the plugin bad has no command "bad": no good/,
    ],
  ];
  for (const [what, files, named] of loading) {
    test(`and ${what} leaves the others alone`, async () => {
      const options = linked({ bad: files });
      await worksBeside(options, named);
      await doctorSays(options, 'bad', named.source.includes('left out') ? /is for rig >=99/ : /./);
    });
  }

  test('by its manifest still has its commands, if they can be found', async () => {
    const options = linked({
      bad: {
        'package.json': packageOf('bad'),
        'oclif.manifest.json': '{"commands":',
        'commands/bad.js': command('return { ran: 1 };'),
      },
    });
    await worksBeside(options, /the plugin bad has an oclif\.manifest\.json that cannot be used/);
    assert.deepEqual(JSON.parse((await sandbox.run(['bad', '--json'], options)).stdout), { ran: 1 });
  });

  test('whose command cannot be loaded fails with that command alone', async () => {
    const manifest = {
      version: '1.0.0',
      commands: { bad: { isESM: true, relativePath: ['commands', 'bad.js'] } },
    };
    const options = linked({
      bad: {
        'package.json': packageOf('bad'),
        'oclif.manifest.json': JSON.stringify(manifest),
        'commands/bad.js': "import 'there-is-no-such-package';",
      },
    });
    assert.equal((await sandbox.run(['stranger', 'nothing'], options)).stderr, '');
    const { code, stdout } = await sandbox.run(['bad', '--json'], options);
    const { error } = JSON.parse(stdout) as { error: { code: string; message: string } };
    assert.deepEqual([code, error.code], [1, 'plugin_broken']);
    assert.match(error.message, /"bad" cannot be loaded from the plugin bad: .*there-is-no-such-package/);
    await doctorSays(options, 'bad', /there-is-no-such-package/);
  });

  for (const event of ['init', 'prerun', 'postrun', 'finally']) {
    test(`with an ${event} hook that throws is named, and the command runs`, async () => {
      const options = linked({
        bad: withHook('bad', event, "export default async () => { throw new Error('oops'); };"),
      });
      await worksBeside(options, new RegExp(`the plugin bad has an ${event} hook that failed: oops`));
    });
  }

  test('with a hook that cannot be imported is named, and the command runs', async () => {
    const options = linked({ bad: withHook('bad', 'init', "import 'there-is-no-such-package';") });
    await worksBeside(options, /the plugin bad has an init hook that failed: .*there-is-no-such-package/);
    await doctorSays(options, 'bad', /init hook/);
  });

  test('with a hook that throws later is named, and the command runs', async () => {
    const later = "export default async () => { setTimeout(() => { throw new Error('later'); }, 0); };";
    const options = linked({ bad: withHook('bad', 'init', later) });
    await worksBeside(options, /the plugin bad failed when nobody was listening: later/);
  });

  for (const [what, source] of [
    [
      'never comes to its end',
      'export default () => new Promise((resolve) => setTimeout(resolve, 600_000));',
    ],
    ['never begins', 'setInterval(() => {}, 1000); await new Promise(() => {}); export default () => {};'],
    ['waits for nothing', 'export default () => new Promise(() => {});'],
  ] as const) {
    test(`with a hook that ${what} is named after a while, and the command runs to its end`, async () => {
      const short = { ...linked({ bad: withHook('bad', 'init', source) }), entry: entries.withShortLimits };
      await worksBeside(
        short,
        /the plugin bad has an init hook that hangs: it did not come to an end within 0\.3 s/,
      );
    });
  }

  test('on purpose, as oclif lets a hook end a command, is named and obeyed', async () => {
    const stop = "export default async function () { this.error('not today', { exit: 7 }); }";
    const options = linked({ strict: withHook('strict', 'prerun', stop) });
    const { code, stderr } = await sandbox.run(['stranger', 'nothing'], options);
    assert.equal(code, 7);
    assert.match(stderr, /prerun hook of the plugin strict ended this command; RIG_SAFE_MODE=1/);
    assert.match(stderr, /Error: not today/);
    const safe = await sandbox.run(['context', 'list', '--json'], {
      env: { ...options.env, RIG_SAFE_MODE: '1' },
    });
    assert.equal(safe.code, 0);
    assert.equal(safe.stderr, 'Safe mode: plugins of the user are left out.\n');
  });

  test('does not matter in safe mode, where no plugin of the user is there', async () => {
    const options = linked({ bad: { 'package.json': '{' } });
    const safe = { env: { ...options.env, RIG_SAFE_MODE: '1' } };
    const { stderr, code } = await sandbox.run(['stranger', 'nothing'], safe);
    assert.equal(code, 2);
    assert.match(stderr, /^Safe mode: [^\n]*\nError: There is no command "stranger nothing"/);
    const off = await sandbox.run(['stranger', 'nothing'], { env: { ...options.env, RIG_SAFE_MODE: '0' } });
    assert.equal(off.code, 0);
  });

  test('does not matter to --version', async () => {
    const options = linked({ bad: { 'package.json': '{' } });
    assert.equal((await sandbox.run(['--version'], options)).stderr, '');
  });

  test('and the list of plugins itself being broken leaves rig working', async () => {
    const options = linked({});
    writeFileSync(join(options.env?.RIG_HOME ?? '', 'plugins', 'package.json'), '{"oclif":');
    const { code, stderr } = await sandbox.run(['context', 'list', '--json'], options);
    assert.equal(code, 0);
    assert.match(stderr, /^Warning: plugins of the user are left out: .*package\.json cannot be used/);
  });

  test('does not hide the one of that name that comes with rig', async () => {
    const options = linked({ '@rig-ops/plugin-dashboard': { 'package.json': '{' } });
    const { code, stdout, stderr } = await sandbox.run(['help', 'status'], options);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /rig status/);
  });
});
