import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { type PodLogPosition, ResumedPodLog, sinceOfPodLog, startOfPodLog } from './pod-log-position.ts';
import { SpoolWriter } from './spool-writer.ts';

interface Piece {
  at: bigint;
  begins: boolean;
  bytes: Buffer;
}

const second = 1_000_000_000n;
const piece = (at: number, text: string, begins = true): Piece => ({
  at: BigInt(at) * second,
  begins,
  bytes: Buffer.from(text),
});

/** A log as the API tells it: times are out of order, some are the same, one piece comes in two. */
const LOG = [
  piece(10, 'a\n'),
  piece(11, 'b\n'),
  piece(10, 'c\n'),
  piece(11, 'd\n'),
  piece(11, 'long '),
  piece(11, 'line\n', false),
  piece(12, '\n'),
  piece(12, 'e\n'),
];
const TEXT = LOG.map(({ bytes }) => bytes.toString()).join('');

interface Read {
  text: string;
  /** Behind every piece. */
  positions: PodLogPosition[];
  found: boolean;
}

/** Reads a log into a file from a position on. */
function read(path: string, from: PodLogPosition, log: readonly Piece[]): Read {
  const writer = new SpoolWriter(path, from, () => undefined);
  const resumed = new ResumedPodLog(from, writer.size);
  const positions: PodLogPosition[] = [];
  let found = true;
  for (const each of log) {
    const begun = resumed.begun;
    const taken = resumed.take(each);
    if (taken === null) continue;
    if (!begun) found = resumed.found;
    const { fresh: bytes, written, count } = taken;
    writer.add({ at: each.at, begins: each.begins, bytes, written, count });
    writer.flush();
    positions.push(writer.position);
  }
  writer.close();
  return { text: readFileSync(path, 'utf8'), positions, found };
}

function spool(t: TestContext): () => string {
  const folder = mkdtempSync(join(tmpdir(), 'rig-pod-log-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  let count = 0;
  return () => join(folder, String((count += 1)));
}

describe('the log of a pod', () => {
  it('is asked for from its begin first, and then from a second before what was read', () => {
    assert.equal(sinceOfPodLog(startOfPodLog()), undefined);
    assert.equal(sinceOfPodLog({ ...startOfPodLog(), at: String(20n * second) }), 19n * second);
  });

  it('goes on wherever it was left, to the byte', (t) => {
    const fresh = spool(t);
    for (let cut = 1; cut <= LOG.length; cut += 1) {
      const path = fresh();
      const before = read(path, startOfPodLog(), LOG.slice(0, cut));
      assert.deepEqual(
        before.text,
        LOG.slice(0, cut)
          .map(({ bytes }) => bytes.toString())
          .join(''),
      );
      const after = read(path, before.positions.at(-1) ?? startOfPodLog(), LOG);
      assert.equal(after.text, TEXT, `cut behind piece ${cut}`);
      assert.equal(after.found, true);
    }
  });

  it('goes on from a position of before, where the file is further', (t) => {
    const fresh = spool(t);
    const { positions } = read(fresh(), startOfPodLog(), LOG);
    for (const [index, position] of [startOfPodLog(), ...positions].entries()) {
      for (let cut = index; cut <= LOG.length; cut += 1) {
        const path = fresh();
        read(path, startOfPodLog(), LOG.slice(0, cut));
        assert.equal(read(path, position, LOG).text, TEXT, `position ${index}, file ${cut}`);
      }
    }
  });

  it('tells that what was read last is not there any more', (t) => {
    const path = spool(t)();
    const { positions } = read(path, startOfPodLog(), LOG);
    const later = [piece(13, 'new\n'), piece(14, 'newer\n')];
    const after = read(path, positions.at(-1) ?? startOfPodLog(), later);
    assert.deepEqual([after.text, after.found], [`${TEXT}new\nnewer\n`, false]);
  });

  it('does not repeat what is a little out of order', (t) => {
    const path = spool(t)();
    // Up to `c`, of second 10, with one of second 11 before it.
    const before = read(path, startOfPodLog(), LOG.slice(0, 3));
    assert.equal(read(path, before.positions.at(-1) ?? startOfPodLog(), LOG).text, TEXT);
  });
});
