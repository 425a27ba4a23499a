import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { planScaffold } from './plan-scaffold.ts';
import { parsePluginName } from './plugin-name.ts';
import { tools } from './scaffold-package.ts';

interface Manifest {
  name: string;
  version: string;
  rig: { host: string };
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}

const root = fileURLToPath(new URL('../../..', import.meta.url));
const pjson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
const host = { root, version: pjson.version, pjson };
const folder = mkdtempSync(join(tmpdir(), 'rig-scaffold-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const plan = (packages?: string) =>
  planScaffold({ name: parsePluginName('@acme/big-stock'), description: undefined, host, packages });

test('a new plugin has its names everywhere, and the versions of the rig that made it', async () => {
  const files = await plan();
  assert.ok(files.has('src/commands/big-stock/summary.ts'));
  assert.ok(files.has('.gitignore'));
  for (const [path, content] of files) assert.doesNotMatch(path + content, /__[A-Z]+__/, path);
  assert.match(files.get('test/commands.test.ts') ?? '', /'big-stock', 'summary'/);
  assert.match(files.get('src/logic/summarise-apps.ts') ?? '', /'big_stock_no_such_prefix'/);
  const manifest = JSON.parse(files.get('package.json') ?? '') as Manifest;
  assert.equal(manifest.name, '@acme/rig-plugin-big-stock');
  assert.equal(manifest.rig.host, `^${pjson.version}`);
  assert.equal(manifest.devDependencies['@rig-ops/kit'], pjson.dependencies['@rig-ops/kit']);
});

test('its tools are those rig itself is made with', () => {
  const { '@types/node': types, '@typescript/native': compiler } = pjson.devDependencies;
  assert.deepEqual(tools, { '@types/node': types, typescript: compiler?.replace('npm:typescript@', '') });
});

test('without a registry the packages of rig come from files', async () => {
  await assert.rejects(plan(folder), { code: 'invalid_input' });
  await assert.rejects(plan(join(folder, 'nowhere')), { code: 'invalid_input' });
  for (const name of ['cli', 'kit', 'plugin-deploy'])
    writeFileSync(join(folder, `rig-ops-${name}-1.2.3-beta.1.tgz`), '');
  const { devDependencies } = JSON.parse((await plan(folder)).get('package.json') ?? '') as Manifest;
  assert.equal(
    devDependencies['@rig-ops/plugin-deploy'],
    `file:${folder}/rig-ops-plugin-deploy-1.2.3-beta.1.tgz`,
  );
  assert.equal(devDependencies['@rig-ops/kit'], `file:${folder}/rig-ops-kit-1.2.3-beta.1.tgz`);
});
