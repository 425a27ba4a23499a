import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { isRigError } from '@rig-ops/contract/errors';
import { findAppName } from './app-name.ts';

const root = mkdtempSync(join(tmpdir(), 'rig-app-name-'));
after(() => rmSync(root, { recursive: true, force: true }));
const below = join(root, 'a', 'b');
mkdirSync(below, { recursive: true });
const file = join(root, 'rig.toml');

test('the nearest rig.toml above names the app', async () => {
  writeFileSync(file, '# an app\napp = "blog" # ours\n[processes]\nweb = "node ."\n');
  assert.deepEqual(await findAppName(below), { name: 'blog', file });
  const nearer = join(root, 'a', 'rig.toml');
  writeFileSync(nearer, "'app' = 'shop'\n");
  assert.deepEqual(await findAppName(below), { name: 'shop', file: nearer });
  rmSync(nearer);
});

test('a key of a table is not it', async () => {
  writeFileSync(file, '[env]\napp = "blog"\n');
  assert.equal(await findAppName(root), null);
});

test('a name that is none is refused with its line', async () => {
  writeFileSync(file, '\napp = "My App"\n');
  await assert.rejects(
    () => findAppName(root),
    (error) =>
      isRigError(error) && error.code === 'invalid_rig_toml' && error.message.startsWith(`${file}:2:`),
  );
});

test('no rig.toml is no error', async () => {
  rmSync(file);
  assert.equal(await findAppName(root), null);
});
