import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { cliWithAdminPolicy } from '../support/cli-with-admin-policy.ts';
import { sketchPlugin } from '../support/plugin-package.ts';
import { type Published, Registry } from '../support/registry.ts';
import { collect, type Outcome, User } from '../support/rig.ts';

let registry: Registry;
let user: User;
const published = new Map<string, Published>();

before(async () => {
  registry = await Registry.start();
  for (const [name, version] of [
    ['@acme/rig-plugin-good', '1.0.0'],
    ['@acme/rig-plugin-good', '2.0.0'],
    ['rig-plugin-other', '1.0.0'],
  ] as const) {
    const { manifest, files } = sketchPlugin({
      name,
      version,
      commands: [name.slice(name.lastIndexOf('-') + 1)],
    });
    published.set(`${name}@${version}`, await registry.publishFiles(manifest, files));
  }
  await registry.npm(['dist-tag', 'add', '@acme/rig-plugin-good@1.0.0', 'stable']);
});
after(async () => await registry.close());
beforeEach(() => {
  user = new User();
  mkdirSync(user.home, { mode: 0o700 });
});
afterEach(() => rmSync(user.folder, { recursive: true, force: true }));

const policyOfUser = (rules: string) =>
  writeFileSync(join(user.home, 'policy.toml'), `[plugins]\n${rules}\n`);
const install = async (name: string, ...flags: string[]) =>
  await user.json(['plugins', 'install', name, ...flags], { env: registry.env });
/** Refused by this rule of this file, and nothing was changed. */
async function refused(name: string, rule: string, origin = join(user.home, 'policy.toml')) {
  const lock = join(user.home, 'plugins', 'rig-plugins.lock');
  const before = existsSync(lock) ? readFileSync(lock, 'utf8') : undefined;
  const options = { env: registry.env };
  const { message, details } = await user.fails(
    ['plugins', 'install', name],
    'plugin_not_allowed',
    5,
    options,
  );
  assert.deepEqual([details?.rule, details?.origin], [rule, origin], message);
  assert.ok(message.includes(origin) && message.includes(rule), message);
  assert.equal(existsSync(lock) ? readFileSync(lock, 'utf8') : undefined, before);
}

test('names, scopes and ranges; what is refused by name is not even fetched', async () => {
  policyOfUser('allow = ["@acme/*@^1"]');
  await refused('rig-plugin-other', 'allow');
  await refused('@acme/rig-plugin-good', 'allow');
  await install('@acme/rig-plugin-good@1');
  const gone = { ...registry.env, npm_config_registry: 'http://127.0.0.1:9/' };
  await user.fails(['plugins', 'install', 'rig-plugin-other'], 'plugin_not_allowed', 5, { env: gone });
  // Without a range to follow, an update would leave what is allowed.
  rmSync(join(user.home, 'policy.toml'));
  await install('@acme/rig-plugin-good@stable');
  await registry.npm(['dist-tag', 'add', '@acme/rig-plugin-good@2.0.0', 'stable']);
  policyOfUser('allow = ["@acme/*@^1"]');
  const updated = await user.run(['plugins', 'update', '-o', 'json'], { env: registry.env });
  assert.equal(updated.code, 5, updated.stderr);
  assert.partialDeepStrictEqual(JSON.parse(updated.stdout), {
    plugins: [{ from: '1.0.0', to: '1.0.0', status: 'failed', error: { code: 'plugin_not_allowed' } }],
  });
});

test('a lock: the version and the digest it names, and no other', async () => {
  const good = published.get('@acme/rig-plugin-good@1.0.0');
  const lockWith = (integrity = '') =>
    writeFileSync(
      join(user.home, 'team.lock'),
      JSON.stringify({
        lockfileVersion: 1,
        plugins: { '@acme/rig-plugin-good': { version: '1.0.0', integrity } },
      }),
    );
  lockWith('sha512-AAAA');
  policyOfUser('lock = "team.lock"');
  await refused('rig-plugin-other', 'lock');
  await refused('@acme/rig-plugin-good@2', 'lock');
  await refused('@acme/rig-plugin-good@1', 'lock');
  lockWith(good?.integrity);
  await install('@acme/rig-plugin-good@1');
  // The lock that rig writes is one that a policy can name.
  const own = join(user.home, 'plugins', 'rig-plugins.lock');
  policyOfUser(`lock = ${JSON.stringify(own)}`);
  await install('@acme/rig-plugin-good@1');
  await refused('@acme/rig-plugin-good@2', 'lock');
});

test('a registry that signs nothing is no place for signed plugins, and neither is a folder', async () => {
  policyOfUser('signatures = "registry"');
  await refused('@acme/rig-plugin-good', 'signatures');
  const { manifest, files } = sketchPlugin({
    name: 'rig-plugin-folder',
    version: '1.0.0',
    commands: ['folder'],
  });
  await refused(registry.write(manifest, files), 'signatures');
  policyOfUser('sources = ["registry"]');
  await refused(registry.write(manifest, files), 'sources');
});

test('install scripts run for the packages a policy names, and for no others', async () => {
  const marks = (name: string) => join(user.folder, `ran-${name}`);
  const scripts = (name: string) => ({ postinstall: `echo "$RIG_TOKEN" > ${marks(name)}` });
  const dependency = { name: 'has-script', version: '1.0.0', scripts: scripts('has-script') };
  await registry.publishFiles(dependency, { 'index.js': '' });
  const { manifest, files } = sketchPlugin({
    name: 'rig-plugin-scripts',
    version: '1.0.0',
    commands: ['scripts'],
    manifest: { scripts: scripts('plugin'), dependencies: { 'has-script': '1.0.0' } },
  });
  await registry.publishFiles(manifest, files);
  policyOfUser('scripts = ["has-script"]');
  const options = { env: { ...registry.env, RIG_TOKEN: 'secret' } };
  const { scripts: told } = await user.json(['plugins', 'install', 'rig-plugin-scripts'], options);
  assert.deepEqual(told, { run: ['has-script'], skipped: ['rig-plugin-scripts'] });
  // It ran, and saw nothing of rig's.
  assert.equal(readFileSync(marks('has-script'), 'utf8'), '\n');
  assert.equal(existsSync(marks('plugin')), false);
});

test('what is no longer allowed is not loaded, told in one line, and comes back', async () => {
  await install('@acme/rig-plugin-good@1');
  await install('rig-plugin-other');
  policyOfUser('deny = ["rig-plugin-other"]');
  const good = await user.run(['good']);
  assert.equal(good.stdout, '@acme/rig-plugin-good 1.0.0 good\n');
  assert.equal(
    good.stderr.split('\n').filter((line) => line.includes('rig-plugin-other')).length,
    1,
    good.stderr,
  );
  const other = await user.run(['other', '-o', 'json']);
  assert.deepEqual([other.code, JSON.parse(other.stdout).error.code], [2, 'command_not_found']);
  const { plugins } = await user.json<{ plugins: { name: string; denied: { rule: string } | null }[] }>([
    'plugins',
  ]);
  assert.equal(plugins.find(({ name }) => name === 'rig-plugin-other')?.denied?.rule, 'deny');

  policyOfUser('deny = [');
  assert.equal((await user.run(['good'])).code, 2);
  assert.match((await user.run(['version'])).stderr, /not loaded.*policy\.toml:2|run `rig plugins list`/);
  await user.fails(['plugins', 'install', 'rig-plugin-other'], 'invalid_policy', 3, { env: registry.env });

  rmSync(join(user.home, 'policy.toml'));
  const back = await user.run(['other']);
  assert.deepEqual([back.stdout, back.stderr], ['rig-plugin-other 1.0.0 other\n', '']);
});

test("the administrator's file holds whatever the user says", async () => {
  const admin = join(user.folder, 'etc', 'policy.toml');
  mkdirSync(join(user.folder, 'etc'));
  const cli = cliWithAdminPolicy(join(user.folder, 'cli'), admin);
  const run = async (args: string[], env: Record<string, string> = {}): Promise<Outcome> => {
    const { PATH = '' } = process.env;
    const own = { PATH, HOME: user.folder, RIG_HOME: user.home, RIG_NO_UPDATE: '1' };
    return await collect(
      spawn(process.execPath, [cli, ...args], { env: { ...own, ...registry.env, ...env } }),
    );
  };
  writeFileSync(admin, '[plugins]\nallow = ["@acme/*"]\n');
  policyOfUser('allow = ["rig-plugin-other", "@acme/*"]');
  const other = await run(['plugins', 'install', 'rig-plugin-other', '-o', 'json'], {
    RIG_POLICY: '/dev/null',
  });
  assert.equal(other.code, 5, other.stderr);
  assert.equal(JSON.parse(other.stdout).error.details.origin, admin);
  assert.equal((await run(['plugins', 'install', '@acme/rig-plugin-good'])).code, 0);
  const { policies } = JSON.parse((await run(['plugins', 'policy', '-o', 'json'])).stdout) as {
    policies: object[];
  };
  assert.partialDeepStrictEqual(policies, [
    { origin: admin, kind: 'admin', rules: { allow: ['@acme/*'] } },
    { kind: 'user', rules: { allow: ['rig-plugin-other', '@acme/*'] } },
  ]);
  writeFileSync(admin, '[plugins]\nallow = []\n');
  assert.equal((await run(['good'])).code, 2);
});

test('what a platform says holds for its users, also while it does not answer', async () => {
  const rules = join(user.folder, 'platform.toml');
  writeFileSync(rules, '[plugins]\nallow = ["@acme/*"]\n');
  try {
    const { policies } = await user.json<{ policies: object[] }>(['plugins', 'policy', '--set', rules]);
    assert.deepEqual(policies, [
      { origin: 'platform embedded', kind: 'platform', rules: { allow: ['@acme/*'] } },
    ]);
    // Another machine of the same user asks before it installs.
    rmSync(join(user.home, 'plugin-policies.json'));
    await refused('rig-plugin-other', 'allow', 'platform embedded');
    const audit = await user.json<{ events: { action: string }[] }>(['audit', 'list']);
    assert.ok(audit.events.some(({ action }) => action === 'plugin-policy.set'));
  } finally {
    await user.json(['platform', 'stop']);
  }
  await refused('rig-plugin-other', 'allow', 'platform embedded');
  await install('@acme/rig-plugin-good');
});
