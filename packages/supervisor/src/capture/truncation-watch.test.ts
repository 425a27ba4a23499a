import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { TruncationWatch } from './truncation-watch.ts';

let dir: string;
before(() => {
  dir = mkdtempSync(join(tmpdir(), 'rig-truncation-'));
});
after(() => rmSync(dir, { recursive: true }));

test('tells of a file that became shorter, and of one that was written anew to the same length', async () => {
  const path = join(dir, 'file');
  writeFileSync(path, 'same\n');
  await using file = await open(path, 'r');
  const watch = new TruncationWatch();
  assert.equal(await watch.look(file, 5), false);
  assert.equal(await watch.look(file, 5), false);
  appendFileSync(path, 'more\n');
  assert.equal(await watch.look(file, 5), false);
  watch.reset();
  assert.equal(await watch.look(file, 10), false);
  truncateSync(path);
  writeFileSync(path, 'same\nmore\n');
  assert.equal(await watch.look(file, 10), true);
  truncateSync(path);
  assert.equal(await watch.look(file, 10), true);
});

test('a write under way, whose time is seen before its length, is none', async () => {
  let [size, mtimeNs] = [10n, 1n];
  const file = {
    stat: () => Promise.resolve({ size, mtimeNs }),
    // The lock is free once the write is done.
    chmod: () => Promise.resolve(void (size = 20n)),
  } as unknown as FileHandle;
  const watch = new TruncationWatch();
  assert.equal(await watch.look(file, 10), false);
  mtimeNs = 2n;
  assert.equal(await watch.look(file, 10), false);
});
