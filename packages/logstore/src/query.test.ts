import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { LogQuery } from '@rig-ops/contract/log-query';
import type { LogSource } from '@rig-ops/contract/log-record';
import { type AppendLine, openLogReader, openLogWriter, type ReadOptions } from './index.ts';
import { sealSegment } from './seal-segment.ts';
import { listSegments } from './segment-file.ts';
import { readAll } from './testing/read-all.ts';

interface Known {
  seq: number;
  at: number;
  text: string;
  source: LogSource;
}

const words = [
  'ready',
  'Error: no route',
  'GET /api/grüße 200',
  'a+b',
  'level=warn slow',
  'ERROR: again',
  '',
];
const known: Known[] = [];
let root = '';
let dir = '';

/** 3,000 lines of four sources, many to a block and few, in three segments, two of them sealed. */
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'rig-logstore-'));
  dir = join(root, 'store');
  const writer = await openLogWriter(dir);
  for (let seq = 1; seq <= 3000; ) {
    const lines: AppendLine[] = [];
    for (let left = (seq * 31) % 57; left >= 0 && seq <= 3000; left -= 1, seq += 1) {
      const number = (seq >> 2) % 4;
      const source: LogSource = {
        kind: number === 3 ? 'platform' : 'app',
        process: number === 2 ? 'worker' : 'web',
        instance: number === 2 ? 'worker.1' : `web.${number + 1}`,
        release: seq < 1500 ? 1 : 2,
        stream: seq % 5 === 0 ? 'stderr' : 'stdout',
      };
      const text = `${words[seq % words.length]} #${seq}${seq === 1234 ? ' needle' : ''}`;
      lines.push({ at: seq * 1000, source, bytes: Buffer.from(text) });
      known.push({ seq, at: seq * 1000, text, source });
    }
    await writer.append(lines);
    if (known.length > 1000 && known.length < 1060) await writer.rotate();
    if (known.length > 2000 && known.length < 2060) await writer.rotate();
  }
  await writer.close();
  for (const segment of (await listSegments(dir)).slice(0, -1)) {
    if (!segment.sealed) await sealSegment(dir, segment);
  }
});
after(() => rm(root, { recursive: true, force: true }));

async function seqs(query: LogQuery, options: Partial<ReadOptions> = {}): Promise<number[]> {
  const records = await readAll(dir, { query, ...options });
  return records.map((record) => {
    if (record.type !== 'line') return -1;
    assert.equal(Buffer.from(record.bytes).toString(), known[record.cursor.seq - 1]?.text);
    return record.cursor.seq;
  });
}
const expected = (wanted: (line: Known) => boolean) => known.filter(wanted).map(({ seq }) => seq);
const iso = (seq: number) => new Date(seq * 1000).toISOString();

const cases: [string, LogQuery, (line: Known) => boolean][] = [
  ['nothing', {}, () => true],
  ['a rare text', { match: { patterns: ['needle'] } }, ({ text }) => text.includes('needle')],
  ['a text that is not there', { match: { patterns: ['nowhere'] } }, () => false],
  ['a frequent text', { match: { patterns: ['Error'] } }, ({ text }) => text.includes('Error')],
  [
    'several texts',
    { match: { patterns: ['needle', 'a+b', 'again'] } },
    ({ text }) => /needle|a\+b|again/.test(text),
  ],
  ['either case', { match: { patterns: ['error'], ignoreCase: true } }, ({ text }) => /error/i.test(text)],
  [
    'either case beyond ASCII',
    { match: { patterns: ['GRÜ'], ignoreCase: true } },
    ({ text }) => /grü/.test(text),
  ],
  [
    'the others',
    { match: { patterns: ['ready', 'rror'], invert: true } },
    ({ text }) => !/ready|rror/.test(text),
  ],
  [
    'an expression',
    { match: { patterns: ['^ERR.*[02468]$'], regex: true } },
    ({ text }) => /^ERR.*[02468]$/.test(text),
  ],
  [
    'the others of an expression',
    { match: { patterns: ['#\\d*7'], regex: true, invert: true } },
    ({ text }) => !/#\d*7/.test(text),
  ],
  ['levels', { levels: ['warn', 'error'] }, ({ text }) => /^(error|level=warn)/i.test(text)],
  ['a process', { processes: ['worker'] }, ({ source }) => source.process === 'worker'],
  ['instances', { instances: ['web.1', 'web.2'] }, ({ source }) => /web\.[12]/.test(source.instance)],
  ['a release', { releases: [2] }, ({ source }) => source.release === 2],
  ['a stream', { streams: ['stderr'] }, ({ source }) => source.stream === 'stderr'],
  ['a source', { sources: ['platform'] }, ({ source }) => source.kind === 'platform'],
  ['from a time on', { since: iso(2500) }, ({ seq }) => seq >= 2500],
  ['before a time', { until: iso(500) }, ({ seq }) => seq < 500],
  [
    'all of it',
    {
      since: iso(900),
      until: iso(2400),
      streams: ['stdout'],
      match: { patterns: ['Error'] },
      processes: ['web'],
    },
    ({ seq, text, source }) =>
      seq >= 900 &&
      seq < 2400 &&
      source.stream === 'stdout' &&
      text.includes('Error') &&
      source.process === 'web',
  ],
];

describe('a query', () => {
  for (const [name, query, wanted] of cases) {
    it(`selects ${name}, from either end, from any place and so many of them`, async () => {
      const all = expected(wanted);
      assert.deepEqual(await seqs(query), all);
      assert.deepEqual(await seqs(query, { reverse: true }), all.toReversed());
      for (const tail of [0, 1, 10, 700]) {
        assert.deepEqual(await seqs(query, { tail }), tail === 0 ? [] : all.slice(-tail), `tail ${tail}`);
        assert.deepEqual(await seqs(query, { tail, reverse: true }), all.toReversed().slice(0, tail));
      }
      for (const seq of [1, 999, 1700, 2999]) {
        const cursor = { epoch: 1, seq };
        assert.deepEqual(
          await seqs(query, { after: cursor }),
          all.filter((other) => other > seq),
        );
        const before = all.filter((other) => other < seq).toReversed();
        assert.deepEqual(await seqs(query, { after: cursor, reverse: true }), before);
      }
    });
  }

  it('brings the lines around a hit, each once', async () => {
    const query = { match: { patterns: ['#100', '#1234 needle'] }, before: 2, after: 3 };
    const hits = expected(({ text }) => /#100|#1234 needle/.test(text));
    const near = new Set(hits.flatMap((hit) => [-2, -1, 0, 1, 2, 3].map((by) => hit + by)));
    const records = await readAll(dir, { query });
    const found = records.map((record) => (record.type === 'line' ? record : assert.fail()));
    assert.deepEqual(
      found.map(({ cursor }) => cursor.seq),
      [...near].toSorted((a, b) => a - b),
    );
    assert.deepEqual(
      found.filter(({ context }) => context !== true).map(({ cursor }) => cursor.seq),
      hits,
    );
  });

  it('brings the lines in front of the first of the latest hits too, and no earlier hit', async () => {
    const query = { match: { patterns: ['GET'] }, before: 9 };
    const hits = expected(({ text }) => text.includes('GET'));
    for (const tail of [1, 3, 200, hits.length]) {
      const records = await readAll(dir, { query, tail });
      const found = records.map((record) => (record.type === 'line' ? record : assert.fail()));
      const wanted = hits.slice(-tail);
      assert.deepEqual(
        found.filter(({ context }) => context !== true).map(({ cursor }) => cursor.seq),
        wanted,
      );
      const first = Math.max(1, (wanted[0] ?? 0) - 9);
      assert.equal(found[0]?.cursor.seq, first, `tail ${tail}`);
    }
  });

  it('names what it cannot understand', async () => {
    await assert.rejects(seqs({ match: { patterns: ['('], regex: true } }), { code: 'invalid_input' });
    await assert.rejects(seqs({ since: 'tomorrow' }), { code: 'invalid_input' });
  });

  it('is not hung by an expression', async () => {
    const query = { match: { patterns: ['(x+x+)+y'], regex: true } };
    const store = join(root, 'hang');
    const writer = await openLogWriter(store);
    const [line] = known;
    assert.ok(line);
    await writer.append([{ at: 1, source: line.source, bytes: Buffer.alloc(60_000, 'x') }]);
    await writer.close();
    assert.deepEqual(await readAll(store, { query }), []);
  });

  it('takes the pieces of a long line behind one that matches', async () => {
    const store = join(root, 'long');
    const writer = await openLogWriter(store);
    const [line] = known;
    assert.ok(line);
    const text = `needle ${'x'.repeat(200_000)}\nother ${'y'.repeat(100_000)}\nshort\n`;
    await writer.appendText({ at: 1, source: line.source, bytes: Buffer.from(text) });
    await writer.close();
    const records = await readAll(store, { query: { match: { patterns: ['needle'] } } });
    const pieces = records.map((record) =>
      record.type === 'line' ? Buffer.from(record.bytes).toString() : '',
    );
    assert.equal(pieces.join(''), text.slice(0, text.indexOf('\n')));
  });

  it('tells where it begins and how far it has come', async () => {
    const found: string[] = [];
    const query = { match: { patterns: ['needle'] } };
    const signal = AbortSignal.timeout(10_000);
    for await (const batch of openLogReader(dir).read({ query, positions: true, signal })) {
      for (const record of batch) {
        found.push(`${record.type} ${record.type === 'gap' ? '' : record.cursor.seq}`);
      }
    }
    assert.deepEqual(found, ['position 0', 'line 1234', 'position 3000']);
  });

  it('reads only what is in range of a time', async () => {
    const meters = [{}, { since: iso(2990) }].map((query) => ({ query, meter: { bytes: 0 } }));
    for (const { query, meter } of meters) await readAll(dir, { query, meter });
    const [all, late] = meters.map(({ meter }) => meter.bytes);
    const open = (await listSegments(dir)).at(-1);
    assert.ok(open && late !== undefined && all !== undefined);
    assert.ok(late < all, `${late} of ${all} bytes`);
    // Of the two sealed segments not even the index is read.
    const meter = { bytes: 0 };
    await readAll(dir, { query: { until: iso(10) }, meter });
    assert.ok(meter.bytes < all, `${meter.bytes} of ${all} bytes`);
  });
});
