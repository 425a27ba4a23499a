import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { openLogReader, openLogWriter, type StoredRecord } from './index.ts';
import { linesOf, readAll, textOf } from './testing/read-all.ts';

let dir = '';
beforeEach(async () => {
  dir = join(await mkdtemp(join(tmpdir(), 'rig-logstore-')), 'store');
});
afterEach(() => rm(join(dir, '..'), { recursive: true, force: true }));

function seqs(records: readonly StoredRecord[]): number[] {
  return records.map((record) => (record.type === 'line' ? record.cursor.seq : Number.NaN));
}

describe('a log store', () => {
  it('gives back what was appended, to the byte, with cursors and sources', async () => {
    const writer = await openLogWriter(dir);
    const [first, second] = linesOf(['hello', 'world'], 'web.1');
    assert.ok(first && second);
    second.source = { ...second.source, instance: 'web.2', stream: 'stderr', release: 7 };
    const binary = { ...first, bytes: Buffer.from([0xff, 0x00, 0xfe, 0x0d]), partial: true };
    assert.deepEqual(await writer.append([first, second, binary]), { epoch: 1, seq: 3 });
    await writer.close();

    const records = await readAll(dir);
    assert.deepEqual(
      records.map((record) => (record.type === 'line' ? { ...record, bytes: [...record.bytes] } : record)),
      [first, second, binary].map((line, index) => ({
        type: 'line',
        cursor: { epoch: 1, seq: index + 1 },
        at: line.at,
        source: line.source,
        bytes: [...line.bytes],
        partial: line.partial ?? false,
      })),
    );
  });

  it('is empty before it exists and before its first line', async () => {
    assert.deepEqual(await readAll(dir), []);
    const writer = await openLogWriter(dir);
    assert.deepEqual(writer.end, { epoch: 1, seq: 0 });
    assert.deepEqual(await readAll(dir), []);
    await writer.close();
  });

  it('goes on where it was closed, in the same epoch', async () => {
    const before = await openLogWriter(dir);
    await before.append(linesOf(['a', 'b']), { key: 'spool', offset: 4 });
    await before.close();
    const after = await openLogWriter(dir);
    assert.deepEqual(after.end, { epoch: 1, seq: 2 });
    assert.equal(after.spoolOffset('spool'), 4);
    assert.equal(after.spoolOffset('other'), 0);
    await after.append(linesOf(['c']));
    await after.close();
    assert.deepEqual(textOf(await readAll(dir)), ['1.1 a', '1.2 b', '1.3 c']);
  });

  it('keeps appends that were not awaited in their order', async () => {
    const writer = await openLogWriter(dir);
    const texts = Array.from({ length: 500 }, (_, index) => `line ${index}`);
    await Promise.all(texts.map((text) => writer.append(linesOf([text]))));
    await writer.close();
    assert.deepEqual(
      textOf(await readAll(dir)),
      texts.map((text, index) => `1.${index + 1} ${text}`),
    );
  });

  it('numbers dropped records and names them as a gap', async () => {
    const writer = await openLogWriter(dir);
    await writer.append(linesOf(['a']));
    await writer.gap(1000, 'dropped');
    await writer.append(linesOf(['b']));
    await writer.close();
    assert.deepEqual(textOf(await readAll(dir)), ['1.1 a', 'gap 1.2-1.1001 1000 dropped', '1.1002 b']);
    assert.deepEqual(textOf(await readAll(dir, { after: { epoch: 1, seq: 900 } })), [
      'gap 1.901-1.1001 101 dropped',
      '1.1002 b',
    ]);
  });

  it('gives the last lines, also over segments, and what is behind a cursor', async () => {
    const writer = await openLogWriter(dir);
    const padding = 'x'.repeat(60_000);
    for (let round = 0; round < 30; round += 1) {
      await writer.append(
        linesOf(Array.from({ length: 10 }, (_, index) => `${round * 10 + index} ${padding}`)),
      );
    }
    await writer.close();
    for (const tail of [0, 1, 7, 10, 13, 145, 299, 300, 5000]) {
      const expected = Array.from({ length: 300 }, (_, index) => index + 1).slice(Math.max(0, 300 - tail));
      assert.deepEqual(seqs(await readAll(dir, { tail })), expected, `tail ${tail}`);
    }
    for (const seq of [0, 1, 139, 140, 141, 299]) {
      const expected = Array.from({ length: 300 - seq }, (_, index) => seq + index + 1);
      assert.deepEqual(seqs(await readAll(dir, { after: { epoch: 1, seq } })), expected, `after ${seq}`);
    }
  });

  it('hands out batches that are bounded', async () => {
    const writer = await openLogWriter(dir);
    await writer.append(linesOf(Array.from({ length: 100_000 }, () => '')));
    await writer.append(linesOf(Array.from({ length: 50 }, () => 'y'.repeat(64 * 1024))));
    await writer.close();
    let count = 0;
    for await (const batch of openLogReader(dir).read({ signal: new AbortController().signal })) {
      count += batch.length;
      let bytes = 0;
      for (const record of batch) bytes += record.type === 'line' ? record.bytes.length : 0;
      assert.ok(bytes <= 320 * 1024, `${bytes} bytes in one batch`);
      assert.ok(batch.length <= 4096, `${batch.length} records in one batch`);
    }
    assert.equal(count, 100_050);
  });

  it('refuses an append beyond its bound and goes on', async () => {
    const writer = await openLogWriter(dir);
    const huge = linesOf(Array.from({ length: 140 }, () => 'z'.repeat(64 * 1024)));
    const failed = assert.rejects(writer.append(huge), { code: 'invalid_input' });
    const fine = writer.append(linesOf(['fine']));
    await failed;
    assert.deepEqual(await fine, { epoch: 1, seq: 1 });
    await writer.close();
    await assert.rejects(writer.append(linesOf(['late'])), { code: 'unexpected' });
    assert.deepEqual(textOf(await readAll(dir)), ['1.1 fine']);
  });

  it('has one writer at a time', async () => {
    const writer = await openLogWriter(dir);
    await assert.rejects(openLogWriter(dir), { code: 'unexpected', details: { lockedBy: process.pid } });
    await writer.close();
    await (await openLogWriter(dir)).close();
  });

  it('repeats spool positions in a new segment, but not those let go', async () => {
    const writer = await openLogWriter(dir);
    await writer.append(linesOf(['a']), { key: 'kept', offset: 11 });
    await writer.append(linesOf(['b']), { key: 'gone', offset: 22 });
    const mebibyte = linesOf(Array.from({ length: 16 }, () => 'x'.repeat(64 * 1024)));
    for (let round = 0; round < 17; round += 1) {
      if (round === 16) writer.forgetSpool('gone');
      await writer.append(mebibyte);
    }
    await writer.append(linesOf(['c']), { key: 'new', offset: 33 });
    await writer.close();
    const again = await openLogWriter(dir);
    assert.deepEqual(
      ['kept', 'gone', 'new'].map((key) => again.spoolOffset(key)),
      [11, 0, 33],
    );
    await again.close();
  });
});
