import assert from 'node:assert/strict';
import {
  appendFile,
  copyFile,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { openLogReader, openLogWriter, type StoredRecord } from './index.ts';
import { linesOf, readAll, textOf } from './testing/read-all.ts';

let root = '';
let dir = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rig-logstore-'));
  dir = join(root, 'store');
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function segments(): Promise<string[]> {
  return (await readdir(dir)).filter((name) => name.endsWith('.seg') || name.endsWith('.sealed')).toSorted();
}

async function newest(): Promise<string> {
  return join(dir, (await segments()).at(-1) ?? '');
}

/** Turns bytes of a file over. */
async function damage(path: string, position: number, length = 4): Promise<void> {
  const file = await open(path, 'r+');
  const { buffer } = await file.read(Buffer.alloc(length), 0, length, position);
  await file.write(
    buffer.map((byte) => byte ^ 0xff),
    0,
    length,
    position,
  );
  await file.close();
}

/** Writes single lines as blocks of their own; returns where each block ends in the segment. */
async function writeBlocks(texts: readonly string[], spool?: string): Promise<number[]> {
  const writer = await openLogWriter(dir);
  const ends: number[] = [];
  for (const [index, text] of texts.entries()) {
    await writer.append(linesOf([text]), spool === undefined ? undefined : { key: spool, offset: index + 1 });
    ends.push((await stat(await newest())).size);
  }
  await writer.close();
  return ends;
}

describe('a store whose writer died', () => {
  it('is cut to its last whole block at every byte, with its spool position, and grows an epoch', async () => {
    const ends = await writeBlocks(['first', 'second', 'third'], 'spool');
    const [start = 0, end = 0] = ends.slice(1);
    const path = await newest();
    const original = join(root, 'original');
    await copyFile(path, original);
    for (let size = start; size <= end; size += 1) {
      await copyFile(original, path);
      await truncate(path, size);
      const kept = size === end ? 3 : 2;
      const epoch = size === start || size === end ? 1 : 2;
      const writer = await openLogWriter(dir);
      assert.deepEqual(writer.end, { epoch, seq: kept }, `cut at ${size}`);
      assert.equal(writer.spoolOffset('spool'), kept, `cut at ${size}`);
      await writer.append(linesOf(['again']));
      await writer.close();
      const expected = ['1.1 first', '1.2 second', '1.3 third'].slice(0, kept);
      assert.deepEqual(textOf(await readAll(dir)), [...expected, `${epoch}.${kept + 1} again`]);
      assert.deepEqual(textOf(await readAll(dir, { tail: 1 })), [`${epoch}.${kept + 1} again`]);
    }
  });

  it('never uses an epoch twice, though it dies again before its first append', async () => {
    await writeBlocks(['first']);
    for (const epoch of [2, 3, 4]) {
      await appendFile(await newest(), 'torn');
      const writer = await openLogWriter(dir);
      assert.deepEqual(writer.end, { epoch, seq: 1 });
      await writer.close();
    }
  });

  it('goes on behind a segment that was only just begun', async () => {
    await writeBlocks(['first'], 'spool');
    for (const [index, torn] of ['', 'riglog2\n', 'x'.repeat(40)].entries()) {
      await writeFile(join(dir, `0000000009-00000000000000${index}.seg`), torn);
      const writer = await openLogWriter(dir);
      assert.equal(writer.spoolOffset('spool'), 1, JSON.stringify(torn));
      await writer.append(linesOf([`after ${index}`]));
      await writer.close();
    }
    const texts = textOf(await readAll(dir)).filter((text) => !text.startsWith('gap'));
    assert.deepEqual(
      texts.map((text) => text.replace(/^\S+ /, '')),
      ['first', 'after 0', 'after 1', 'after 2'],
    );
  });

  it('takes over the lock of a process that runs no longer, and of one before the last boot', async () => {
    await writeBlocks(['first']);
    const alive = { pid: process.pid, startTime: '1', boot: 'another' };
    await writeFile(join(dir, 'writer.lock'), JSON.stringify(alive));
    const writer = await openLogWriter(dir);
    // What the page cache held may have been lost with that boot, so numbers are not trusted to be unused.
    assert.deepEqual(writer.end, { epoch: 2, seq: 1 });
    await writer.close();
    await writeFile(join(dir, 'writer.lock'), 'half a li');
    await (await openLogWriter(dir)).close();
    assert.deepEqual(
      (await readdir(dir)).filter((name) => name.startsWith('writer.lock')),
      [],
    );
  });

  it('keeps its spool positions when the mark at the head of the newest segment is damaged', async () => {
    const mebibyte = linesOf(Array.from({ length: 16 }, () => 'x'.repeat(64 * 1024)));
    const writer = await openLogWriter(dir);
    await writer.append(linesOf(['a']), { key: 'spool', offset: 42 });
    for (let round = 0; round < 17; round += 1) await writer.append(mebibyte);
    await writer.close();
    assert.equal((await segments()).length, 2);
    await damage(await newest(), 40);
    const again = await openLogWriter(dir);
    assert.equal(again.spoolOffset('spool'), 42);
    await again.close();
  });
});

describe('a damaged store', () => {
  it('names what is lost in the middle and goes on behind it', async () => {
    const ends = await writeBlocks(['a', 'b', 'c', 'd', 'e']);
    await damage(await newest(), (ends[0] ?? 0) + 50);
    await damage(await newest(), (ends[2] ?? 0) + 8);
    const expected = ['1.1 a', 'gap 1.2-1.2 1 damaged', '1.3 c', 'gap 1.4-1.4 1 damaged', '1.5 e'];
    assert.deepEqual(textOf(await readAll(dir)), expected);
    assert.deepEqual(textOf(await readAll(dir, { after: { epoch: 1, seq: 1 } })), expected.slice(1));
    assert.deepEqual(textOf(await readAll(dir, { tail: 2 })), expected.slice(2));
    await writeBlocks(['f']);
    assert.deepEqual(textOf(await readAll(dir)), [...expected, '1.6 f']);
  });

  it('does not take a line for a block, though it holds the bytes of one', async () => {
    await writeBlocks(['a']);
    const bytes = await readFile(await newest());
    await rm(dir, { recursive: true });
    const writer = await openLogWriter(dir);
    const [line] = linesOf(['']);
    assert.ok(line);
    await writer.append([{ ...line, bytes }]);
    await writer.append(linesOf(['after']));
    await writer.close();
    await damage(await newest(), 32 + 68 + 8);
    // The bytes hold newlines, so they are as many lines.
    const last = bytes.filter((byte) => byte === 0x0a).length + 1;
    const expected = [`gap 1.1-1.${last} ${last} damaged`, `1.${last + 1} after`];
    assert.deepEqual(textOf(await readAll(dir)), expected);
  });

  it('names a lost segment, and one that is kept no longer', async () => {
    const mebibyte = linesOf(Array.from({ length: 16 }, () => 'x'.repeat(64 * 1024)));
    const writer = await openLogWriter(dir);
    for (let round = 0; round < 40; round += 1) await writer.append(mebibyte);
    await writer.close();
    const [oldest = '', middle = ''] = await segments();
    const first = Number(middle.slice(11, 26));
    await rm(join(dir, middle));
    const gaps = async (after?: { epoch: number; seq: number }) =>
      textOf(await readAll(dir, after === undefined ? {} : { after })).filter((text) =>
        text.startsWith('gap'),
      );
    assert.deepEqual(await gaps(), [`gap 1.${first}-1.${first + 255} 256 damaged`]);
    await rm(join(dir, oldest));
    assert.deepEqual(await gaps({ epoch: 1, seq: 5 }), [`gap 1.6-1.${first + 255} ${first + 250} expired`]);
    assert.deepEqual(await gaps(), []);
  });

  it('tells a reader which of its records were cut, and goes on with the new epoch', async () => {
    const ends = await writeBlocks(['a', 'b', 'c', 'd']);
    await truncate(await newest(), (ends[1] ?? 0) + 3);
    await writeBlocks(['new c', 'new d', 'new e']);
    const expected = ['gap 1.3-1.4 2 damaged', '2.3 new c', '2.4 new d', '2.5 new e'];
    assert.deepEqual(textOf(await readAll(dir, { after: { epoch: 1, seq: 4 } })), expected);
    assert.deepEqual(textOf(await readAll(dir, { after: { epoch: 1, seq: 2 } })), expected.slice(1));
    assert.deepEqual(textOf(await readAll(dir, { after: { epoch: 2, seq: 4 } })), expected.slice(3));
    assert.deepEqual(textOf(await readAll(dir, { after: { epoch: 2, seq: 9 } })), ['gap 2.6-2.9 4 damaged']);
  });

  it('tells a follower the same, which had read on from the old place', { timeout: 20_000 }, async () => {
    const ends = await writeBlocks(['a', 'b', 'c', 'd']);
    const stop = new AbortController();
    const records: StoredRecord[] = [];
    let rewritten = false;
    for await (const batch of openLogReader(dir).read({
      follow: true,
      signal: stop.signal,
      until: stop.signal,
    })) {
      records.push(...batch);
      if (records.length >= 4 && !rewritten) {
        rewritten = true;
        await truncate(await newest(), (ends[1] ?? 0) + 3);
        await writeBlocks(['new c', 'new d', 'new e', 'new f']);
      }
      if (textOf(records).includes('2.6 new f')) break;
    }
    assert.deepEqual(textOf(records), [
      '1.1 a',
      '1.2 b',
      '1.3 c',
      '1.4 d',
      'gap 1.3-1.4 2 damaged',
      '2.3 new c',
      '2.4 new d',
      '2.5 new e',
      '2.6 new f',
    ]);
  });

  it('is read by a folder that holds other files too', async () => {
    await writeBlocks(['a']);
    await mkdir(join(dir, 'other'));
    await writeFile(join(dir, 'note.txt'), 'x');
    assert.deepEqual(textOf(await readAll(dir)), ['1.1 a']);
  });
});
