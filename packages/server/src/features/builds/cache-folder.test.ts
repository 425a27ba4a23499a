import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CacheFolder } from './cache-folder.ts';

const top = mkdtempSync(join(tmpdir(), 'rig-cache-'));
after(() => rmSync(top, { recursive: true, force: true }));

let root: string;
let folder: CacheFolder;
beforeEach(() => {
  root = mkdtempSync(join(top, 'app-'));
  folder = new CacheFolder(root);
});

/** What a build leaves: three files of the same content. */
function leave(buildId: string, name: string, content: string): string {
  const from = join(folder.newFolder(buildId), name);
  mkdirSync(from, { recursive: true });
  for (const file of ['a', 'b', 'c']) writeFileSync(join(from, file), content);
  return from;
}

/** Content of an entry, which must be of one build alone; null when there is none. */
function contentOf(name: string): string | null {
  const path = folder.find(name);
  if (path === null) return null;
  const contents = ['a', 'b', 'c'].map((file) => readFileSync(join(path, file), 'utf8'));
  assert.equal(new Set(contents).size, 1, 'an entry of two builds');
  return contents[0] ?? null;
}

describe('what an app keeps from build to build', () => {
  test('is what the last build has left, with its size and when it was used', async () => {
    await folder.commit('store-npm', leave('bld_1', 'store-npm', 'old'), 100);
    await folder.commit('store-npm', leave('bld_2', 'store-npm', 'new'), 200);
    assert.equal(contentOf('store-npm'), 'new');
    await folder.touch('store-npm', 300);
    const [entry, ...others] = await folder.list();
    assert.deepEqual(others, []);
    assert.equal(entry?.usedAt, 300);
    assert.ok((entry?.bytes ?? 0) >= 3);
    await folder.remove('store-npm');
    assert.equal(contentOf('store-npm'), null);
    assert.deepEqual(await folder.list(), []);
  });

  test('does not change by a build that leaves nothing, or whose remains are thrown away', async () => {
    await folder.commit('store-npm', leave('bld_1', 'store-npm', 'old'), 100);
    await folder.commit('store-npm', join(folder.newFolder('bld_2'), 'store-npm'), 200);
    leave('bld_3', 'store-npm', 'new');
    leave('bld_4', 'store-npm', 'under way');
    await folder.sweep(new Set(['bld_4']));
    assert.equal(contentOf('store-npm'), 'old');
    assert.deepEqual(
      readdirSync(join(root, 'new')).toSorted(),
      ['bld_2', 'bld_4'].filter((id) => existsSync(folder.newFolder(id))),
    );
    await folder.discard('bld_4');
    assert.equal(existsSync(folder.newFolder('bld_4')), false);
  });

  test('counts as not used for long when its note is damaged', async () => {
    await folder.commit('store-npm', leave('bld_1', 'store-npm', 'old'), 100);
    writeFileSync(join(root, 'entries', 'store-npm.json'), '{"bytes":');
    const [entry] = await folder.list();
    assert.equal(entry?.usedAt, 0);
    assert.ok((entry?.bytes ?? 0) > 0);
  });
});

describe('a kill', () => {
  const preload = fileURLToPath(new URL('./testing/kill-at-write.cjs', import.meta.url));
  const module = new URL('./cache-folder.ts', import.meta.url).href;

  /** Runs a change of the folder in a process that ends right before its n-th write; false when it has fewer. */
  function killAt(write: number, change: string): boolean {
    const code = `const { CacheFolder } = await import(${JSON.stringify(module)}); const folder = new CacheFolder(${JSON.stringify(root)}); await folder.${change};`;
    const args = ['--require', preload, '--input-type=module', '--eval', code];
    const { signal, status, stderr } = spawnSync(process.execPath, args, {
      env: { RIG_TEST_KILL_AT: String(write) },
      encoding: 'utf8',
    });
    if (signal !== 'SIGKILL') assert.equal(status, 0, stderr);
    return signal === 'SIGKILL';
  }

  for (const [what, change, last] of [
    ['while an entry is replaced', `commit('store-npm', FROM, 200)`, 'new'],
    ['while an entry is removed', `remove('store-npm')`, null],
  ] as const) {
    test(`${what} leaves the old one, the new one or none, wholly`, async () => {
      const seen = new Set<string | null>();
      for (let write = 1; ; write += 1) {
        await folder.commit('store-npm', leave('bld_1', 'store-npm', 'old'), 100);
        const from = leave('bld_2', 'store-npm', 'new');
        const killed = killAt(write, change.replace('FROM', JSON.stringify(from)));
        const found = contentOf('store-npm');
        seen.add(found);
        const next = new CacheFolder(root);
        await next.sweep(new Set());
        assert.equal(contentOf('store-npm'), found);
        assert.deepEqual(readdirSync(join(root, 'new')), []);
        assert.equal(existsSync(join(root, 'trash')), false);
        assert.deepEqual(
          (await next.list()).map(({ name }) => name),
          found === null ? [] : ['store-npm'],
        );
        if (killed) continue;
        assert.ok(write > 2, 'nothing was cut');
        assert.equal(found, last);
        break;
      }
      assert.ok(seen.has('old'), 'no kill came before the change');
    });
  }
});
