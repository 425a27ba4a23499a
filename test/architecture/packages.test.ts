import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { repository } from '../support/rig.ts';

interface Staged {
  name: string;
  version: string;
  folder: string;
}
interface Manifest {
  exports?: Record<string, string | Record<string, string>>;
  bin?: Record<string, string>;
  dependencies?: Record<string, string>;
  private?: boolean;
  oclif?: unknown;
}

const folder = mkdtempSync(join(tmpdir(), 'rig-packages-'));
let staged: Staged[] = [];
before(() => {
  const script = join(repository, 'scripts', 'stage-packages.mjs');
  staged = JSON.parse(execFileSync(process.execPath, [script, folder], { encoding: 'utf8' })) as Staged[];
});
after(() => rmSync(folder, { recursive: true, force: true }));

const manifestOf = ({ folder: root }: Staged) =>
  JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;

test('every package is laid out, dependencies first', () => {
  assert.ok(staged.length >= 15, `${staged.length} packages`);
  const seen = new Map<string, string>();
  for (const entry of staged) {
    const manifest = manifestOf(entry);
    assert.equal(manifest.private, undefined, `${entry.name} is private`);
    for (const [name, range] of Object.entries(manifest.dependencies ?? {})) {
      if (name.startsWith('@rig-ops/')) assert.equal(seen.get(name), range, `${entry.name} → ${name}`);
    }
    seen.set(entry.name, entry.version);
  }
});

test('whatever a package promises to have is in it', () => {
  for (const entry of staged) {
    const { exports = {}, bin = {}, oclif } = manifestOf(entry);
    const targets = Object.values(exports).flatMap((target) =>
      typeof target === 'string' ? [target] : Object.values(target),
    );
    for (const path of [...targets, ...Object.values(bin)])
      assert.ok(existsSync(join(entry.folder, path)), `${entry.name} lacks ${path}`);
    if (oclif !== undefined) assert.ok(existsSync(join(entry.folder, 'oclif.manifest.json')), entry.name);
  }
});

test('the pages are published as rigd serves them, packed ones beside them', () => {
  const { folder: root = '' } = staged.find(({ name }) => name === '@rig-ops/web') ?? {};
  const index = readFileSync(join(root, 'dist', 'index.html'), 'utf8');
  const named = [...index.matchAll(/(?:src|href)="\/ui\/([^"]+)"/g)].map(([, path]) => path ?? '');
  assert.ok(
    named.some((path) => path.endsWith('.js')),
    index,
  );
  for (const path of ['index.html', ...named]) assert.ok(existsSync(join(root, 'dist', path)), path);
  for (const path of ['index.html', ...named.filter((name) => /\.(?:js|css)$/.test(name))]) {
    for (const ending of ['.br', '.gz'])
      assert.ok(existsSync(join(root, 'dist', path + ending)), path + ending);
  }
});

test('nothing that only this repository needs is published', () => {
  for (const entry of staged) {
    assert.doesNotMatch(JSON.stringify(manifestOf(entry)), /rig-source/, entry.name);
    const files = readdirSync(entry.folder, { recursive: true, encoding: 'utf8' });
    // A command may be called `test`; the bundle names its part after the path.
    const own = files.filter(
      (path) => !path.startsWith('templates/') && !path.startsWith('dist/bundle/dist.commands.'),
    );
    const strays = own.filter((path) => /\.test\.|\.tsbuildinfo$|^src(\/|$)|(?<!\.d)\.ts$/.test(path));
    assert.deepEqual(strays, [], entry.name);
  }
});
