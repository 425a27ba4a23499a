import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const tracked = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter(Boolean);

test('no lockfile says where a package was downloaded from', () => {
  const lockfiles = tracked.filter((path) => path.endsWith('package-lock.json'));
  assert.ok(lockfiles.length > 1);
  for (const path of lockfiles) {
    assert.doesNotMatch(read(path), /"resolved": "(https?|git)/, path);
  }
});

test('every package and plugin has a version and is private to no one by accident', () => {
  const manifests = tracked.filter((path) => /^(packages|plugins)\/[^/]+\/package\.json$/.test(path));
  assert.ok(manifests.length >= 14);
  for (const path of manifests) {
    const manifest = JSON.parse(read(path)) as { name: string; version: string; files?: string[] };
    assert.match(manifest.name, /^@rig-ops\//, path);
    assert.match(manifest.version, /^\d+\.\d+\.\d+$/, path);
    assert.ok(manifest.files?.includes('dist'), path);
  }
});

test('no source file has grown beyond reading', () => {
  const long = tracked
    .filter((path) => /^(bin|src|packages|plugins)\/.*\.(ts|js)$/.test(path) && !path.endsWith('.test.ts'))
    .map((path) => ({ path, lines: read(path).split('\n').length }))
    .filter(({ lines }) => lines > 400);
  assert.deepEqual(long, []);
});
