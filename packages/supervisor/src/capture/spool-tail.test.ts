import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { RigError } from '@rig-ops/contract/errors';
import { type AppendText, scanText } from '@rig-ops/logstore';
import { until } from '../testing/until.ts';
import { ChunkPool } from './chunk-pool.ts';
import { SpaceReclaimer } from './space-reclaimer.ts';
import { SpoolTail, type SpoolTailOptions } from './spool-tail.ts';
import { SpoolWatch } from './spool-watch.ts';
import type { StoreLease } from './store-leases.ts';

/** A store in memory that can be full. */
class MemoryStore implements StoreLease {
  full = false;
  refused = 0;
  gaps: number[] = [];
  lines: string[] = [];
  offset = 0;
  batches = 0;
  pause = 0;

  async appendText({ bytes, tail }: AppendText, spool?: { key: string; offset: number }) {
    this.#refuseWhenFull();
    this.batches += 1;
    const { end } = scanText(bytes);
    const whole = end === 0 ? [] : bytes.toString('utf8', 0, end).slice(0, -1).split('\n');
    for (const line of whole) this.lines.push(line);
    if (end < bytes.length) this.lines.push(`${bytes.toString('utf8', end)}${tail === 'open' ? '…' : ''}`);
    this.offset = spool?.offset ?? this.offset;
    return { epoch: 1, seq: this.lines.length };
  }
  async append() {
    return { epoch: 1, seq: this.lines.length };
  }
  pace() {
    return this.pause;
  }
  async gap(count: number) {
    this.#refuseWhenFull();
    this.gaps.push(count);
  }
  async spoolOffset() {
    return this.offset;
  }
  async forgetSpool() {}
  async release() {}

  #refuseWhenFull() {
    if (!this.full) return;
    this.refused += 1;
    throw new RigError('disk_full', 'The disk is full.');
  }
}

let dir: string;
let path: string;
let watch: SpoolWatch;
let store: MemoryStore;
let tails: SpoolTail[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'rig-spool-'));
  path = join(dir, 'x.out');
  writeFileSync(path, '');
  watch = new SpoolWatch(dir);
  store = new MemoryStore();
  tails = [];
});
afterEach(async () => {
  for (const tail of tails) await tail.abandon();
  watch.close();
  rmSync(dir, { recursive: true });
});

const source = { kind: 'app', process: 'web', instance: 'web.1', release: 1, stream: 'stdout' } as const;
const quiet = { info: () => undefined, warn: () => undefined };
function start(change: Partial<SpoolTailOptions> = {}): SpoolTail {
  const reclaimer = new SpaceReclaimer();
  const chunks = new ChunkPool();
  const tail = new SpoolTail({
    path,
    key: 'x.out',
    source,
    store,
    watch,
    reclaimer,
    chunks,
    log: quiet,
    ...change,
  });
  tails.push(tail);
  return tail;
}

test('a line that a program ends after a moment is told in two parts', async () => {
  start();
  appendFileSync(path, 'Name: ');
  await until('the first part', () => store.lines.length === 1);
  appendFileSync(path, 'you\nnext\n');
  await until('the rest', () => store.lines.length === 3);
  assert.deepEqual(store.lines, ['Name: …', 'you', 'next']);
});

test('one that goes on in the middle of a line ends it when the program has ended', async () => {
  const first = start();
  appendFileSync(path, 'half');
  await until('the part', () => store.lines.length === 1);
  await first.abandon();
  assert.equal(first.drained, false);
  const second = start();
  await second.finish();
  assert.equal(second.drained, true);
  assert.deepEqual(store.lines, ['half…', '']);
});

test('lines wait in the file while the store is full, and are told once', async () => {
  const tail = start();
  store.full = true;
  appendFileSync(path, 'one\ntwo\n');
  await until('a refusal', () => store.refused > 1);
  appendFileSync(path, 'three\n');
  store.full = false;
  await tail.finish();
  assert.deepEqual(store.lines, ['one', 'two', 'three']);
  assert.deepEqual(store.gaps, []);
});

test('when too much waits, the oldest lines are given up, and how many is told', async () => {
  const total = 5_000;
  const lines = Array.from({ length: total }, (_, index) => `line ${String(index).padStart(5, '0')}`);
  store.full = true;
  appendFileSync(path, `${lines.join('\n')}\n`);
  const tail = start({ bounds: { unreadBytes: 30_000, keptBytes: 12_000 } });
  await until('a refusal', () => store.refused > 3);
  store.full = false;
  await tail.finish();
  // 12,000 bytes hold 1,090 lines of 11.
  assert.deepEqual(store.lines, lines.slice(-1_090));
  assert.deepEqual(store.gaps, [total - 1_090]);
});

test('a flood of lines comes in few blocks', async () => {
  const tail = start();
  for (let index = 0; index < 2_000; index += 1) appendFileSync(path, `line ${index}\n`);
  await tail.finish();
  assert.equal(store.lines.length, 2_000);
  assert.ok(store.batches < 500, `${store.batches} blocks`);
});

test('a chunk of nothing but newlines is as many empty lines', async () => {
  writeFileSync(path, Buffer.alloc(300_000, '\n'));
  await start().finish();
  assert.equal(store.lines.length, 300_000);
});

test('the space of what was read goes back to the disk while the program writes on', async () => {
  const tail = start();
  const block = Buffer.from(`${'x'.repeat(1023)}\n`.repeat(1024));
  for (let written = 0; written < 40; written += 1) {
    appendFileSync(path, block);
    await until('it to be read', () => store.lines.length === (written + 1) * 1024);
    store.lines.splice(0, store.lines.length - (written + 1) * 1024);
  }
  await until('the space', () => statSync(path).blocks * 512 < 12 * 1024 * 1024);
  assert.equal(statSync(path).size, 40 * 1024 * 1024);
  appendFileSync(path, 'after\n');
  await tail.finish();
  assert.equal(store.lines.at(-1), 'after');
});

test('without a watch it looks again and again', async () => {
  const blind = new SpoolWatch(join(dir, 'missing'));
  assert.equal(blind.works, false);
  start({ watch: blind });
  appendFileSync(path, 'seen\n');
  await until('the line', () => store.lines.length === 1, 2_000);
});
