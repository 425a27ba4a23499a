import assert from 'node:assert/strict';
import { appendFile, mkdtemp, open, readdir, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type LogWriter, openLogReader, openLogWriter } from './index.ts';
import { sealSegment } from './seal-segment.ts';
import { listSegments } from './segment-file.ts';
import { linesOf, readAll, textOf } from './testing/read-all.ts';

let root = '';
let dir = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rig-logstore-'));
  dir = join(root, 'store');
});
afterEach(() => rm(root, { recursive: true, force: true }));

const padding = 'x'.repeat(30_000);
/** Blocks of ten lines, a minute apart: three of them make a frame. */
async function writeBlocks(writer: LogWriter, from: number, to: number): Promise<void> {
  for (let block = from; block < to; block += 1) {
    const texts = Array.from({ length: 10 }, (_, index) => `${block * 10 + index + 1} ${padding}`);
    const lines = linesOf(texts).map((line) => ({ ...line, at: block * 60_000 + 1 }));
    await writer.append(lines, { key: 'spool', offset: block + 1 });
  }
}

/** A store of two sealed segments of 200 lines and an open one of 50. */
async function makeStore(): Promise<void> {
  const writer = await openLogWriter(dir);
  for (const [from, to] of [
    [0, 20],
    [20, 40],
    [40, 45],
  ] as const) {
    await writeBlocks(writer, from, to);
    if (to < 45) await writer.rotate();
  }
  await writer.close();
  for (const segment of (await listSegments(dir)).slice(0, -1)) {
    if (!segment.sealed) await sealSegment(dir, segment);
  }
}

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at);
async function seqs(options: Parameters<typeof readAll>[1] = {}): Promise<(number | string)[]> {
  const records = await readAll(dir, options);
  return records.map((record) =>
    record.type === 'line' && Number.parseInt(Buffer.from(record.bytes).toString()) === record.cursor.seq
      ? record.cursor.seq
      : (textOf([record])[0] ?? ''),
  );
}
const sealedNames = async () => (await readdir(dir)).filter((name) => name.endsWith('.sealed')).toSorted();

async function flip(name: string, position: number): Promise<void> {
  await using file = await open(join(dir, name), 'r+');
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, position);
  await file.write(Buffer.of((buffer[0] ?? 0) ^ 1), 0, 1, position);
}

describe('a sealed segment', () => {
  it('is read as the open one was, from every place', async () => {
    await makeStore();
    assert.equal((await sealedNames()).length, 2);
    assert.deepEqual(await seqs(), numbers(1, 450));
    for (const tail of [0, 1, 49, 50, 51, 249, 251, 449, 450, 1000]) {
      assert.deepEqual(await seqs({ tail }), numbers(Math.max(1, 451 - tail), 450), `tail ${tail}`);
    }
    for (const seq of [1, 29, 30, 199, 200, 201, 399, 400, 449, 450]) {
      assert.deepEqual(await seqs({ after: { epoch: 1, seq } }), numbers(seq + 1, 450), `after ${seq}`);
    }
    assert.deepEqual(await seqs({ reverse: true }), numbers(1, 450).toReversed());
    const before = { after: { epoch: 1, seq: 215 }, reverse: true, tail: 30 };
    assert.deepEqual(await seqs(before), numbers(185, 214).toReversed());
  });

  it('takes a fraction of the space', async () => {
    await makeStore();
    for (const name of await sealedNames()) assert.ok((await stat(join(dir, name))).size < 600_000);
  });

  it('is sealed behind a writer, also what an earlier one has left open', async () => {
    const first = await openLogWriter(dir);
    await writeBlocks(first, 0, 3);
    await first.rotate();
    await first.close();
    const writer = await openLogWriter(dir);
    await writeBlocks(writer, 3, 6);
    const signal = AbortSignal.timeout(20_000);
    while ((await sealedNames()).length === 0) signal.throwIfAborted();
    await writer.close();
    assert.deepEqual(await seqs(), numbers(1, 60));
    const again = await openLogWriter(dir);
    assert.equal(again.spoolOffset('spool'), 6);
    await again.close();
  });

  it('carries on a store whose newest segment it is', async () => {
    await makeStore();
    const [newest] = (await listSegments(dir)).slice(-1);
    assert.ok(newest);
    await sealSegment(dir, newest);
    const writer = await openLogWriter(dir);
    assert.deepEqual(writer.end, { epoch: 1, seq: 450 });
    assert.equal(writer.spoolOffset('spool'), 45);
    await writeBlocks(writer, 45, 46);
    await writer.close();
    assert.deepEqual(await seqs(), numbers(1, 460));
  });

  it('goes on from a reader that began when it was open', async () => {
    const writer = await openLogWriter(dir);
    await writeBlocks(writer, 0, 20);
    const seen: number[] = [];
    for await (const batch of openLogReader(dir).read({
      signal: AbortSignal.timeout(20_000),
      follow: true,
    })) {
      for (const record of batch) seen.push(record.type === 'line' ? record.cursor.seq : -1);
      if (seen.length >= 200 && seen.length < 210) {
        await writer.rotate();
        await writeBlocks(writer, 20, 21);
        const [open] = await listSegments(dir);
        if (open !== undefined && !open.sealed) await sealSegment(dir, open).catch(() => undefined);
      }
      if (seen.length === 210) break;
    }
    await writer.close();
    assert.deepEqual(seen, numbers(1, 210));
  });
});

describe('a sealed segment that is damaged', () => {
  it('loses the frame of a flipped bit, which is named, and nothing else', async () => {
    await makeStore();
    const [name = ''] = await sealedNames();
    await flip(name, 32 + 64 + 40);
    const gap = 'gap 1.1-1.30 30 damaged';
    assert.deepEqual(await seqs(), [gap, ...numbers(31, 450)]);
    assert.deepEqual(await seqs({ after: { epoch: 1, seq: 10 } }), [
      'gap 1.11-1.30 20 damaged',
      ...numbers(31, 450),
    ]);
    assert.deepEqual(await seqs({ tail: 430 }), numbers(31, 450).slice(-420));
  });

  it('is found by its frames when its index is cut off or damaged', async () => {
    await makeStore();
    const [first = '', second = ''] = await sealedNames();
    await truncate(join(dir, first), (await stat(join(dir, first))).size - 30);
    await flip(second, (await stat(join(dir, second))).size - 100);
    assert.deepEqual(await seqs(), numbers(1, 450));
    assert.deepEqual(await seqs({ after: { epoch: 1, seq: 300 } }), numbers(301, 450));
    await appendFile(join(dir, first), 'and more behind it');
    assert.deepEqual(await seqs({ tail: 300 }), numbers(151, 450));
  });

  it('loses what a torn tail has taken', async () => {
    await makeStore();
    const [first = ''] = await sealedNames();
    await truncate(join(dir, first), 32 + 64 + 40);
    assert.deepEqual(await seqs(), ['gap 1.1-1.200 200 damaged', ...numbers(201, 450)]);
  });

  it('is named as damaged when it is missing in the middle, as expired at the beginning', async () => {
    await makeStore();
    const [first = '', second = ''] = await sealedNames();
    await rm(join(dir, second));
    assert.deepEqual(await seqs(), [...numbers(1, 200), 'gap 1.201-1.400 200 damaged', ...numbers(401, 450)]);
    assert.deepEqual(await seqs({ reverse: true }), [
      ...numbers(401, 450).toReversed(),
      'gap 1.201-1.400 200 damaged',
      ...numbers(1, 200).toReversed(),
    ]);
    await rm(join(dir, first));
    assert.deepEqual(await seqs({ after: { epoch: 1, seq: 10 } }), [
      'gap 1.11-1.400 390 expired',
      ...numbers(401, 450),
    ]);
  });
});
