import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { writeScaffold } from './write-scaffold.ts';

const root = mkdtempSync(join(tmpdir(), 'rig-write-scaffold-'));
after(() => rmSync(root, { recursive: true, force: true }));
const files = new Map([
  ['package.json', '{}\n'],
  ['src/deep/a.ts', 'a\n'],
]);

test('a folder is made with everything in it, below folders that are not there yet', async () => {
  const folder = join(root, 'some', 'where', 'new');
  await writeScaffold(folder, files);
  assert.equal(readFileSync(join(folder, 'src', 'deep', 'a.ts'), 'utf8'), 'a\n');
  assert.deepEqual(readdirSync(join(root, 'some', 'where')), ['new']);
});

test('what is there already stays as it is', async () => {
  const folder = join(root, 'taken');
  mkdirSync(folder);
  writeFileSync(join(root, 'file'), 'mine');
  for (const path of [folder, join(root, 'file')])
    await assert.rejects(writeScaffold(path, files), { code: 'folder_exists' });
  assert.deepEqual(readdirSync(folder), []);
});

test('a failure on the way leaves nothing', async () => {
  const folder = join(root, 'half', 'made');
  const impossible = new Map([...files, ['package.json/inside', 'x']]);
  await assert.rejects(writeScaffold(folder, impossible), { code: 'invalid_input' });
  assert.deepEqual(readdirSync(join(root, 'half')), []);
});
