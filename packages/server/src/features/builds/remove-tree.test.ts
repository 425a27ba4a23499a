import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeMovable, removeTree } from './remove-tree.ts';

/** Any user that is not root, for whom modes of folders count. */
const SOMEBODY = 65_534;

/** Runs as somebody whom modes of folders hold back, whoever runs the tests. */
async function asSomebody(work: (folder: string) => Promise<void>): Promise<void> {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(SOMEBODY);
  const folder = await mkdtemp(join(tmpdir(), 'rig-remove-'));
  try {
    await work(folder);
  } finally {
    if (isRoot) process.seteuid?.(0);
    await removeTree(folder);
  }
}

test('folders that nobody may write to are removed all the same, and what links lead to is not', () =>
  asSomebody(async (folder) => {
    const tree = join(folder, 'tree');
    const kept = join(folder, 'kept');
    await mkdir(join(tree, 'a', 'b'), { recursive: true });
    await mkdir(kept);
    await writeFile(join(kept, 'file'), '');
    await chmod(kept, 0o500);
    await writeFile(join(tree, 'a', 'b', 'file'), '');
    await symlink(kept, join(tree, 'a', 'link'));
    await mkdir(join(tree, 'closed'), { mode: 0o000 });
    for (const path of [join(tree, 'a', 'b'), join(tree, 'a'), tree]) await chmod(path, 0o500);
    await removeTree(tree);
    assert.equal(existsSync(tree), false);
    assert.deepEqual(await readdir(kept), ['file']);
    await removeTree(join(folder, 'nothing'));
  }));

test('a folder that nobody may write to can be moved once it is movable', () =>
  asSomebody(async (folder) => {
    const tree = join(folder, 'tree');
    await mkdir(join(folder, 'trash'));
    await mkdir(tree);
    await chmod(tree, 0o500);
    await assert.rejects(rename(tree, join(folder, 'trash', 'tree')), { code: 'EACCES' });
    await makeMovable(tree);
    await rename(tree, join(folder, 'trash', 'tree'));
    await makeMovable(join(folder, 'nothing'));
  }));
