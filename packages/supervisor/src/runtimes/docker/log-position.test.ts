import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type LogPosition, Resumed, sinceOf, startOfLog } from './log-position.ts';

const second = 1_000_000_000n;
const at = (seconds: number) => BigInt(seconds) * second;
const position = (stdout: number | null, stderr: number | null): LogPosition => ({
  stdout: { at: stdout === null ? null : String(at(stdout)), count: 1, size: 10 },
  stderr: { at: stderr === null ? null : String(at(stderr)), count: 1, size: 0 },
});

describe('where the log of a container is asked for again', () => {
  it('is its begin, before anything was read', () => {
    assert.equal(sinceOf(startOfLog()), undefined);
  });

  it('is the earlier one of both streams, as long as that is not long ago', () => {
    assert.equal(sinceOf(position(100, 105)), at(100));
    assert.equal(sinceOf(position(105, 100)), at(100));
    assert.equal(sinceOf(position(1_000, 100)), at(990));
  });

  it('is shortly before the one that has printed, where the other never has', () => {
    assert.equal(sinceOf(position(100, null)), at(90));
  });
});

describe('what is new of what comes again', () => {
  const from = { at: String(at(100)), count: 2, size: 10 };
  const take = (resumed: Resumed, seconds: number, text: string) =>
    resumed.take(at(seconds), Buffer.from(text))?.toString() ?? null;

  it('is behind as many pieces of the last moment as were read', () => {
    const resumed = new Resumed(from, 10);
    assert.equal(take(resumed, 99, 'old'), null);
    assert.equal(take(resumed, 100, 'first'), null);
    assert.equal(take(resumed, 100, 'second'), null);
    assert.equal(take(resumed, 100, 'third'), 'third');
    assert.equal(take(resumed, 101, 'fourth'), 'fourth');
    assert.equal(resumed.found, true);
  });

  it('leaves out the bytes that were written behind the position that was kept', () => {
    const resumed = new Resumed(from, 10 + 'third fou'.length);
    assert.equal(take(resumed, 100, 'first'), null);
    assert.equal(take(resumed, 100, 'second'), null);
    assert.equal(take(resumed, 101, 'third '), '');
    assert.equal(take(resumed, 102, 'fourth'), 'rth');
    assert.equal(take(resumed, 103, 'fifth'), 'fifth');
  });

  it('tells that the piece where it was is gone', () => {
    const resumed = new Resumed(from, 10);
    assert.equal(resumed.begun, false);
    assert.equal(take(resumed, 101, 'later'), 'later');
    assert.deepEqual([resumed.begun, resumed.found], [true, false]);
  });

  it('is everything, where nothing was read before', () => {
    const resumed = new Resumed({ at: null, count: 0, size: 0 }, 0);
    assert.equal(take(resumed, 1, 'a'), 'a');
    assert.equal(resumed.found, true);
  });
});
