import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { openLogReader, openLogWriter, type ReadOptions, type StoredRecord } from './index.ts';
import { linesOf, textOf } from './testing/read-all.ts';

let root = '';
let dir = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rig-logstore-'));
  dir = join(root, 'store');
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** Follows until so many records came. */
async function follow(count: number, options: Partial<ReadOptions> = {}): Promise<StoredRecord[]> {
  const records: StoredRecord[] = [];
  const signal = AbortSignal.timeout(15_000);
  for await (const batch of openLogReader(dir).read({ signal, follow: true, ...options, positions: false })) {
    records.push(...batch);
    if (records.length >= count) break;
  }
  return records;
}

describe('following a store', () => {
  it('waits for a store that is not there yet, then gives all of it', async () => {
    const following = follow(2, { tail: 0 });
    const writer = await openLogWriter(dir);
    await writer.append(linesOf(['a']));
    await writer.append(linesOf(['b']));
    assert.deepEqual(textOf(await following), ['1.1 a', '1.2 b']);
    await writer.close();
  });

  it('goes from history to live lines without a seam, over segments', async () => {
    const writer = await openLogWriter(dir);
    const block = linesOf(Array.from({ length: 8 }, () => 'x'.repeat(60_000)));
    for (let round = 0; round < 10; round += 1) await writer.append(block);
    const following = follow(60 * 8 - 3, { after: { epoch: 1, seq: 3 } });
    for (let round = 10; round < 60; round += 1) await writer.append(block);
    const seqs = (await following).map((record) => (record.type === 'line' ? record.cursor.seq : -1));
    assert.deepEqual(
      seqs,
      Array.from({ length: 60 * 8 - 3 }, (_, index) => index + 4),
    );
    await writer.close();
  });

  it('ends in order once all was read that was there when it was told to', async () => {
    const writer = await openLogWriter(dir);
    const until = new AbortController();
    const records: StoredRecord[] = [];
    await writer.append(linesOf(['first']));
    const signal = AbortSignal.timeout(15_000);
    for await (const batch of openLogReader(dir).read({ follow: true, until: until.signal, signal })) {
      records.push(...batch);
      if (until.signal.aborted) continue;
      await writer.append(linesOf(['last']));
      until.abort();
    }
    assert.deepEqual(textOf(records), ['1.1 first', '1.2 last']);
    await writer.close();
  });

  it('ends at once, with its reason, when it is aborted while it waits', async () => {
    const abort = new AbortController();
    const following = follow(1, { signal: abort.signal });
    abort.abort(new Error('enough'));
    await assert.rejects(following, /enough/);
  });

  it('gives a line to a waiting reader at once, not at its next poll', async () => {
    const writer = await openLogWriter(dir);
    await writer.append(linesOf(['ready']));
    const latencies: number[] = [];
    let sent = Number.NaN;
    for await (const batch of openLogReader(dir).read({
      follow: true,
      signal: AbortSignal.timeout(15_000),
    })) {
      void batch;
      if (!Number.isNaN(sent)) latencies.push(performance.now() - sent);
      if (latencies.length === 50) break;
      // Once the reader waits again, which it does before timers run.
      setTimeout(() => {
        sent = performance.now();
        void writer.append(linesOf(['tick']));
      }, 3);
    }
    await writer.close();
    const p50 = latencies.toSorted((a, b) => a - b)[25] ?? Number.NaN;
    // Polling alone would take about 100 ms; the rest is room for a busy machine.
    assert.ok(p50 < 20, `p50 ${p50} ms`);
  });
});
