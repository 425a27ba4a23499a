import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { findSource } from './find-source.ts';

test('from within a project the project is deployed, also when its rig.toml names no app', async () => {
  const root = mkdtempSync(join(tmpdir(), 'rig-source-'));
  const inside = join(root, 'src', 'pages');
  mkdirSync(inside, { recursive: true });
  try {
    assert.equal(await findSource(inside, undefined), inside);
    writeFileSync(join(root, 'rig.toml'), '[processes]\nweb = "./start"\n');
    assert.equal(await findSource(inside, undefined), root);
    assert.equal(await findSource(inside, '.'), inside);
  } finally {
    rmSync(root, { recursive: true });
  }
});
