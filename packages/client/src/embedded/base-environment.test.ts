import assert from 'node:assert/strict';
import { symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { makeFolder } from '../testing/temporary-folder.ts';
import { makeBaseEnvironment } from './base-environment.ts';

test('what the shell happens to export does not pass, what a network needs does', () => {
  const env = {
    HOME: '/nowhere',
    LANG: 'de_DE.UTF-8',
    LC_ALL: 'C',
    TZ: 'Europe/Zurich',
    https_proxy: 'http://proxy.test:8080',
    NODE_EXTRA_CA_CERTS: '/ca.pem',
    npm_config_registry: 'https://packages.test/',
    'npm_config_@acme:registry': 'https://acme.test/',
    'npm_config_//packages.test/:_authToken': 'secret',
    npm_config_prefix: '/usr',
    npm_config_user_agent: 'npm',
    npm_package_name: 'rig',
    NODE_OPTIONS: '--inspect',
    NODE_ENV: 'test',
    AWS_SECRET_ACCESS_KEY: 'secret',
    RIG_TOKEN: 'secret',
    INIT_CWD: '/x',
    TMPDIR: '',
  };
  const { PATH, ...base } = makeBaseEnvironment(env, process.execPath);
  assert.ok(PATH);
  assert.deepEqual(base, {
    HOME: '/nowhere',
    LANG: 'de_DE.UTF-8',
    LC_ALL: 'C',
    TZ: 'Europe/Zurich',
    https_proxy: 'http://proxy.test:8080',
    NODE_EXTRA_CA_CERTS: '/ca.pem',
    npm_config_registry: 'https://packages.test/',
    'npm_config_@acme:registry': 'https://acme.test/',
  });
});

test('PATH is without the folders of one npm script and leads to the Node of rig', async (t) => {
  const other = await makeFolder(t);
  await writeFile(join(other, 'node'), '', { mode: 0o755 });
  const path = `/a/node_modules/.bin:/b/node-gyp-bin:.::relative:${other}:/usr/bin:/usr/bin`;
  const { PATH } = makeBaseEnvironment({ PATH: path }, process.execPath);
  assert.equal(PATH, `${dirname(process.execPath)}:${other}:/usr/bin`);
});

test('PATH keeps its order where the first node is the one of rig', async (t) => {
  const linked = await makeFolder(t);
  await symlink(process.execPath, join(linked, 'node'));
  const { PATH } = makeBaseEnvironment({ PATH: `/opt/first:${linked}:/usr/bin` }, process.execPath);
  assert.equal(PATH, `/opt/first:${linked}:/usr/bin`);
});

test('without PATH the usual folders serve', () => {
  const { PATH = '' } = makeBaseEnvironment({}, process.execPath);
  assert.ok(PATH.endsWith(':/usr/bin:/sbin:/bin'));
});

test("builds find the user's npm settings although HOME will be another", async (t) => {
  const home = await makeFolder(t);
  assert.equal(makeBaseEnvironment({ HOME: home }, process.execPath).npm_config_userconfig, undefined);
  await writeFile(join(home, '.npmrc'), '');
  const own = makeBaseEnvironment({ HOME: home }, process.execPath);
  assert.equal(own.npm_config_userconfig, join(home, '.npmrc'));
  const set = makeBaseEnvironment({ HOME: home, NPM_CONFIG_USERCONFIG: '/else' }, process.execPath);
  assert.equal(set.npm_config_userconfig, undefined);
  assert.equal(set.NPM_CONFIG_USERCONFIG, '/else');
});
