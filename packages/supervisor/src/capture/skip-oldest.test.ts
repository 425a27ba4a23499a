import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { skipOldest } from './skip-oldest.ts';

let dir: string;
before(() => {
  dir = mkdtempSync(join(tmpdir(), 'rig-skip-'));
});
after(() => rmSync(dir, { recursive: true }));

async function skip(content: string, offset: number, keptBytes: number) {
  const path = join(dir, 'file');
  writeFileSync(path, content);
  await using file = await open(path, 'r');
  return await skipOldest(file, offset, content.length, keptBytes);
}

test('goes on behind the newline before what is kept, and counts the lines between', async () => {
  const content = 'a\nbb\nccc\ndddd\n';
  assert.deepEqual(await skip(content, 0, 5), { offset: 9, lines: 3 });
  assert.deepEqual(await skip(content, 2, 5), { offset: 9, lines: 2 });
  // The target lies within a line: that line goes too.
  assert.deepEqual(await skip(content, 0, 7), { offset: 9, lines: 3 });
});

test('an endless line is cut', async () => {
  const content = 'x'.repeat(4 * 1024 * 1024);
  const { offset, lines } = await skip(content, 0, 2 * 1024 * 1024);
  assert.ok(offset >= 2 * 1024 * 1024 && offset <= content.length);
  assert.equal(lines, 1);
});
