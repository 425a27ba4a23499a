import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { makePrivateFolder } from './private-folder.ts';

test('what a killed process left is removed a day later, and nothing else', (t) => {
  const parent = mkdtempSync(join(tmpdir(), 'rig-parent-'));
  t.after(() => rmSync(parent, { recursive: true, force: true }));
  const { pid: gone } = spawnSync(process.execPath, ['-e', '']);
  const old = new Date(Date.now() - 25 * 60 * 60 * 1000);
  const make = (name: string, time?: Date) => {
    mkdirSync(join(parent, name));
    if (time !== undefined) utimesSync(join(parent, name), time, time);
  };
  make(`rig-source-${gone}-old`, old);
  make(`rig-source-${gone}-new`);
  make(`rig-source-${process.pid}-old`, old);
  make('something-else', old);
  const own = makePrivateFolder(parent);
  const left = [`rig-source-${gone}-new`, `rig-source-${process.pid}-old`, 'something-else'];
  assert.deepEqual(new Set(readdirSync(parent)), new Set([...left, basename(own.path)]));
  own.remove();
  assert.deepEqual(new Set(readdirSync(parent)), new Set(left));
});
