import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { chooseAppName, toAppName } from './choose-app-name.ts';

test('names are made of anything a package or folder may be called', () => {
  const cases: [text: string, name: string | null][] = [
    ['shop', 'shop'],
    ['@scope/My.Shop', 'my-shop'],
    ['Übergrößen', 'ubergro-en'],
    ['2048-game', 'game'],
    ['a'.repeat(60), 'a'.repeat(40)],
    [`${'a'.repeat(39)}-b`, 'a'.repeat(39)],
    ['___', null],
    ['東京', null],
  ];
  for (const [text, name] of cases) assert.equal(toAppName(text), name, text);
});

test('a flag wins over rig.toml, rig.toml over package.json, package.json over the folder', async () => {
  const root = mkdtempSync(join(tmpdir(), 'rig-name-'));
  try {
    assert.equal((await chooseAppName(root, undefined)).from, 'folder');
    writeFileSync(join(root, 'package.json'), '{"name": "@scope/From.Package"}');
    assert.deepEqual(await chooseAppName(root, undefined), { name: 'from-package', from: 'package.json' });
    writeFileSync(join(root, 'rig.toml'), 'app = "from-toml"\n');
    assert.deepEqual(await chooseAppName(root, undefined), { name: 'from-toml', from: 'rig.toml' });
    assert.deepEqual(await chooseAppName(root, 'given'), { name: 'given', from: 'flag' });
  } finally {
    rmSync(root, { recursive: true });
  }
});

test('a folder of whose name nothing can be made needs another one', async () => {
  const root = mkdtempSync(join(tmpdir(), 'rig-name-'));
  try {
    mkdirSync(join(root, '2048'));
    await assert.rejects(chooseAppName(join(root, '2048'), undefined), {
      code: 'invalid_name',
      message: /2048/,
    });
  } finally {
    rmSync(root, { recursive: true });
  }
});
