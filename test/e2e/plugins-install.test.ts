import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { type PluginSketch, sketchPlugin } from '../support/plugin-package.ts';
import { Registry } from '../support/registry.ts';
import { User } from '../support/rig.ts';

let registry: Registry;
let user: User;

before(async () => {
  registry = await Registry.start();
});
after(async () => await registry.close());
beforeEach(() => {
  user = new User();
});
afterEach(() => rmSync(user.folder, { recursive: true, force: true }));

interface Listed {
  name: string;
  version: string;
  type: string;
  bundledVersion: string | null;
  source: string;
  integrity: string | null;
  permissions: string[];
}

const env = () => registry.env;
const write = (sketch: PluginSketch) => {
  const { manifest, files } = sketchPlugin(sketch);
  return registry.write(manifest, files);
};
const install = async (source: string, ...flags: string[]) =>
  await user.json<{ plugin: Listed; commands: string[]; replaced: object | null }>(
    ['plugins', 'install', source, ...flags],
    { env: env() },
  );
const installed = async () =>
  (await user.json<{ plugins: Listed[] }>(['plugins', 'list'])).plugins.filter(
    ({ type }) => type !== 'bundled',
  );
const says = async (...words: string[]) => (await user.run(words)).stdout.trim();

describe('where a plugin comes from', () => {
  before(async () => {
    for (const version of ['1.0.0', '1.1.0']) {
      await registry.publish(write({ name: 'rig-plugin-a', version, commands: ['greet'] }));
    }
    await registry.publish(
      write({ name: 'rig-plugin-a', version: '2.0.0-beta.1', commands: ['greet'] }),
      'next',
    );
    await registry.publish(
      write({
        name: '@acme/rig-plugin-b',
        version: '0.3.0',
        commands: ['acme hello'],
        manifest: { rig: { permissions: ['network:api.acme.example'] } },
      }),
    );
  });

  test('a registry: by name, version, range and tag', async () => {
    for (const [wanted, version] of [
      ['', '1.1.0'],
      ['@1.0.0', '1.0.0'],
      ['@^1.0', '1.1.0'],
      ['@next', '2.0.0-beta.1'],
    ]) {
      const { plugin, commands } = await install(`rig-plugin-a${wanted ?? ''}`);
      assert.deepEqual([plugin.version, commands], [version, ['greet']]);
      assert.match(plugin.integrity ?? '', /^sha512-/);
      assert.equal(await says('greet'), `rig-plugin-a ${version} greet`);
    }
    assert.equal((await installed()).length, 1);
  });

  test('the registry of a scope alone, told in .npmrc of the folder of the plugins', async () => {
    const plugins = join(user.home, 'plugins');
    mkdirSync(plugins, { recursive: true, mode: 0o700 });
    writeFileSync(join(plugins, '.npmrc'), registry.npmrc('@acme'));
    const nowhere = { npm_config_registry: 'http://127.0.0.1:9/', npm_config_fetch_retries: '0' };
    const outcome = await user.run(['plugins', 'install', '@acme/rig-plugin-b'], {
      env: { ...registry.env, ...nowhere },
    });
    assert.equal(outcome.code, 0, outcome.stderr);
    // Words for people on stderr, the result on stdout.
    assert.match(outcome.stderr, /declares that it uses: network:api\.acme\.example/);
    assert.equal(outcome.stdout, 'Installed @acme/rig-plugin-b 0.3.0.\n  rig acme hello\n');
    assert.deepEqual((await installed())[0]?.permissions, ['network:api.acme.example']);
    const lost = await user.fails(['plugins', 'install', 'rig-plugin-a'], 'registry_unreachable', 8, {
      env: { ...registry.env, ...nowhere },
    });
    assert.match(lost.message, /ECONNREFUSED/);
  });

  test('a folder, and a packed file by a relative, an absolute and a file: path', async () => {
    const folder = write({ name: 'rig-plugin-c', version: '1.0.0', commands: ['sea'] });
    const packed = await registry.pack(folder);
    copyFileSync(packed, join(user.sources, 'c.tgz'));
    for (const source of [folder, './c.tgz', 'c.tgz', packed, `file://${packed}`]) {
      const { plugin } = await install(source);
      assert.equal(plugin.name, 'rig-plugin-c', source);
      assert.equal(await says('sea'), 'rig-plugin-c 1.0.0 sea', source);
    }
    // The source may go away; what is installed does not need it.
    rmSync(join(user.sources, 'c.tgz'));
    await user.json(['plugins', 'uninstall', 'rig-plugin-c']);
    assert.deepEqual(await installed(), []);
  });

  test('a git repository, by branch and tag', async () => {
    const folder = write({ name: 'rig-plugin-d', version: '1.0.0', commands: ['dig'] });
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd: folder });
    git('init', '-q', '-b', 'main');
    git('add', '.');
    git('commit', '-qm', 'one');
    git('tag', 'v1');
    const bare = join(user.sources, 'd.git');
    execFileSync('git', ['clone', '-q', '--bare', folder, bare]);
    const { plugin } = await install(`git+file://${bare}#v1`);
    assert.deepEqual([plugin.version, plugin.source], ['1.0.0', `git:git+file://${bare}#v1`]);
    assert.equal(await says('dig'), 'rig-plugin-d 1.0.0 dig');
    await user.fails(['plugins', 'install', `git+file://${bare}-gone`], 'registry_unreachable', 8, {
      env: env(),
    });
  });

  test('what there is not', async () => {
    const fails = async (source: string, code: string, exitCode: number) =>
      await user.fails(['plugins', 'install', source], code, exitCode, { env: env() });
    await fails('rig-plugin-no-such', 'plugin_not_found', 6);
    await fails('rig-plugin-a@9', 'plugin_not_found', 6);
    await fails('./nowhere.tgz', 'plugin_source_not_found', 6);
    await fails('no such name', 'invalid_input', 3);
    writeFileSync(join(user.sources, 'bad.tgz'), 'no archive');
    await fails('./bad.tgz', 'plugin_damaged', 3);
    await fails(user.sources, 'plugin_invalid', 3);
    const library = registry.write({ name: 'just-a-library', version: '1.0.0' }, { 'index.js': '' });
    await fails(library, 'plugin_invalid', 3);
    const unbuilt = write({ name: 'rig-plugin-unbuilt', version: '1.0.0', commands: [] });
    await fails(unbuilt, 'plugin_invalid', 3);
    const newer = write({
      name: 'rig-plugin-n',
      version: '1.0.0',
      commands: ['n'],
      manifest: { rig: { host: '>=99' } },
    });
    await fails(newer, 'plugin_needs_other_rig', 7);
    assert.deepEqual(await installed(), []);
    assert.deepEqual(readdirSync(join(user.home, 'plugins', 'packages')), []);
  });
});

describe('commands that are taken', () => {
  test('an install is refused and both are named, whatever spelling the name has', async () => {
    const first = write({
      name: 'rig-plugin-one',
      version: '1.0.0',
      commands: ['one', 'tools saw'],
      aliases: { one: ['uno'] },
    });
    await install(first);
    for (const [sketch, owner] of [
      [{ commands: ['whoami'] }, '@rig-ops/cli'],
      [{ commands: ['deploy'] }, '@rig-ops/plugin-deploy'],
      [{ commands: ['logs'] }, '@rig-ops/plugin-logs'],
      [{ commands: ['deploy again'] }, '@rig-ops/plugin-deploy'],
      [{ commands: ['uno'] }, 'rig-plugin-one'],
      [{ commands: ['mine'], aliases: { mine: ['tools:saw'] } }, 'rig-plugin-one'],
    ] satisfies [Pick<PluginSketch, 'commands' | 'aliases'>, string][]) {
      const source = write({
        name: 'rig-plugin-two',
        version: '1.0.0',
        ...sketch,
      });
      const { message } = await user.fails(['plugins', 'install', source], 'plugin_conflict', 7, {
        env: env(),
      });
      assert.ok(message.includes(owner) && message.includes('rig-plugin-two'), message);
      rmSync(source, { recursive: true });
    }
    assert.deepEqual(
      (await installed()).map(({ name }) => name),
      ['rig-plugin-one'],
    );
    // A topic may have commands of several plugins.
    await install(write({ name: 'rig-plugin-three', version: '1.0.0', commands: ['tools plane'] }));
  });

  test('a link is told of, and the other keeps its command', async () => {
    const folder = write({ name: 'rig-plugin-linked', version: '1.0.0', commands: ['whoami', 'mine'] });
    const { conflicts } = await user.json<{ conflicts: object[] }>(['plugins', 'link', folder]);
    assert.deepEqual(conflicts, [{ command: 'whoami', owner: '@rig-ops/cli', kind: 'command' }]);
    assert.match((await user.run(['plugins', 'link', folder])).stderr, /`rig whoami` of rig-plugin-linked/);
    assert.equal(await says('mine'), 'rig-plugin-linked 1.0.0 mine');
    assert.doesNotMatch(await says('whoami', '--help'), /rig-plugin-linked/);
    await user.json(['plugins', 'unlink', folder]);
    assert.equal((await user.run(['mine'])).code, 2);
  });

  test('an update that would take a command is told of and left out; others go on', async () => {
    for (const name of ['rig-plugin-x', 'rig-plugin-y']) {
      await registry.publish(write({ name, version: '1.0.0', commands: [name.slice(-1)] }));
      await install(name);
    }
    await registry.publish(write({ name: 'rig-plugin-x', version: '1.1.0', commands: ['x', 'deploy'] }));
    await registry.publish(write({ name: 'rig-plugin-y', version: '1.1.0', commands: ['y'] }));
    const outcome = await user.run(['plugins', 'update', '-o', 'json'], { env: env() });
    assert.equal(outcome.code, 7, outcome.stderr);
    const { plugins } = JSON.parse(outcome.stdout) as {
      plugins: { status: string; to: string; error: { code: string } | null }[];
    };
    assert.deepEqual(
      plugins.map(({ status, to, error }) => [status, to, error?.code]),
      [
        ['failed', '1.0.0', 'plugin_conflict'],
        ['updated', '1.1.0', undefined],
      ],
    );
    assert.equal(await says('y'), 'rig-plugin-y 1.1.0 y');
    const again = await user.run(['plugins', 'update', 'rig-plugin-y'], { env: env() });
    assert.match(again.stdout, /rig-plugin-y 1\.1\.0 is up to date/);
  });
});

test('a plugin that comes with rig is replaced by a newer one, and restored', async () => {
  const newer = write({
    name: '@rig-ops/plugin-logs',
    version: '0.2.0',
    commands: ['logs app', 'logs extra'],
  });
  const { replaced } = await install(newer);
  assert.deepEqual(replaced, { version: '0.1.0', bundled: true });
  assert.equal(await says('logs', 'app'), '@rig-ops/plugin-logs 0.2.0 logs app');
  assert.match(await says('plugins', 'list'), /bundled 0\.1\.0, replaced by 0\.2\.0 \(user\)/);

  const same = write({ name: '@rig-ops/plugin-logs', version: '0.1.0', commands: ['logs app'] });
  await user.fails(['plugins', 'install', same], 'plugin_not_newer', 7, { env: env() });
  await install(same, '--allow-older');

  const { removed } = await user.json<{ removed: object[] }>([
    'plugins',
    'uninstall',
    '@rig-ops/plugin-logs',
  ]);
  assert.deepEqual(removed, [{ name: '@rig-ops/plugin-logs', version: '0.1.0', restored: '0.1.0' }]);
  assert.match(await says('logs', 'app', '--help'), /--follow/);
  await user.fails(['plugins', 'uninstall', '@rig-ops/plugin-logs'], 'plugin_not_installed', 6);
});

test('install scripts are not run, and said to be there', async () => {
  const marker = join(user.folder, 'ran');
  const source = write({
    name: 'rig-plugin-script',
    version: '1.0.0',
    commands: ['scripted'],
    manifest: { scripts: { postinstall: `echo ran >${marker}`, prepare: `echo ran >${marker}` } },
  });
  const { scripts } = (await install(source)) as unknown as { scripts: object };
  assert.deepEqual(scripts, { run: [], skipped: ['rig-plugin-script'] });
  assert.equal(existsSync(marker), false);
});

const inspect = async () =>
  (
    await user.json<{ plugin: { content: string; root: string; commands: string[] } }>([
      'plugins',
      'inspect',
      'rig-plugin-i',
    ])
  ).plugin;

test('inspect tells whether the files are those that were installed', async () => {
  await install(write({ name: 'rig-plugin-i', version: '1.0.0', commands: ['eye'] }));
  const { content, root, commands } = await inspect();
  assert.deepEqual([content, commands], ['intact', ['eye']]);
  // Made when it was installed, so that nobody has to import its commands to know of them.
  assert.ok(existsSync(join(root, 'oclif.manifest.json')));
  writeFileSync(
    join(root, 'commands', 'eye.js'),
    `${readFileSync(join(root, 'commands', 'eye.js'), 'utf8')}//\n`,
  );
  assert.equal((await inspect()).content, 'changed');
  const doctor = await user.run(['doctor', '--check']);
  assert.equal(doctor.code, 21);
  assert.match(doctor.stdout, /problem {2}plugins rig-plugin-i: Files of 1\.0\.0 are not those/);
});
