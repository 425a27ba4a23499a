import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { openLogReader, openLogWriter } from './index.ts';
import { sealSegment } from './seal-segment.ts';
import { listSegments } from './segment-file.ts';
import type { StoredRecord } from './stored-record.ts';
import { readAll } from './testing/read-all.ts';

const source = { kind: 'app', process: 'web', instance: 'web.1', release: 1, stream: 'stdout' } as const;
const LINES_OF_BLOCK = 1000;
const BLOCKS = 40;
let dir = '';

/** 8 MB in blocks of 200 kB; every 777th line is looked for. */
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'rig-logstore-'));
  const writer = await openLogWriter(dir, { seal: false });
  for (let block = 0; block < BLOCKS; block += 1) {
    const lines = Array.from({ length: LINES_OF_BLOCK }, (_, index) =>
      lineOf(block * LINES_OF_BLOCK + index),
    );
    await writer.appendText({ at: 1_000 + block, source, bytes: Buffer.from(`${lines.join('\n')}\n`) });
  }
  await writer.rotate();
  await writer.close();
});

afterEach(() => rmSync(dir, { recursive: true }));

const isWanted = (number: number) => number % 777 === 0;
const lineOf = (number: number) =>
  `${String(number)} ${isWanted(number) ? 'needle' : 'straw'} `.padEnd(199, 'straw and hay ');

const search = () => readAll(dir, { query: { match: { patterns: ['needle'] } } });

function textOf(record: StoredRecord): string {
  return record.type === 'gap'
    ? `gap ${record.from.seq} to ${record.to.seq}`
    : Buffer.from(record.bytes).toString();
}

/** What is to be found, without the lines of a block that is damaged. */
function expected(from = 0, to = 0): string[] {
  const found: string[] = [];
  for (let number = 0; number < BLOCKS * LINES_OF_BLOCK; number += 1) {
    if (number === from && from < to) found.push(`gap ${from + 1} to ${to}`);
    if (isWanted(number) && (number < from || number >= to)) found.push(lineOf(number));
  }
  return found;
}

async function seal(): Promise<void> {
  const [first] = await listSegments(dir);
  if (first !== undefined) await sealSegment(dir, first);
}

/** Turns a byte of one line over. */
async function damage(number: number): Promise<void> {
  const [first] = await listSegments(dir);
  const path = join(dir, first?.name ?? '');
  const bytes = readFileSync(path);
  const at = bytes.indexOf(lineOf(number));
  bytes[at + 20] = (bytes[at + 20] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}

test('a search through many chunks gives every hit as it was written, and none changes afterwards', async () => {
  assert.deepEqual((await search()).map(textOf), expected());
});

test('the same of a sealed segment', async () => {
  await seal();
  assert.deepEqual((await search()).map(textOf), expected());
});

async function readLent(): Promise<string[]> {
  const texts: string[] = [];
  const { signal } = new AbortController();
  for await (const batch of openLogReader(dir).read({ lent: true, signal })) texts.push(...batch.map(textOf));
  return texts;
}

test('lines whose memory is lent are those of the store as long as their batch is looked at', async () => {
  const all = Array.from({ length: BLOCKS * LINES_OF_BLOCK }, (_, number) => lineOf(number));
  assert.deepEqual(await readLent(), all);
  await seal();
  assert.deepEqual(await readLent(), all);
});

test('damage in the midst of a search is named, hit or not, and the search goes on', async () => {
  await damage(17 * LINES_OF_BLOCK + 1);
  assert.deepEqual((await search()).map(textOf), expected(17_000, 18_000));
  await seal();
  assert.deepEqual((await search()).map(textOf), expected(17_000, 18_000));
});
