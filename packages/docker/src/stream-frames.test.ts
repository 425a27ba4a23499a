import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readLogPieces, toSince } from './log-lines.ts';
import { readFrames } from './stream-frames.ts';
import { collect } from './testing/collect.ts';

const frame = (stream: number, text: string): Buffer => {
  const bytes = Buffer.from(text);
  const head = Buffer.alloc(8);
  head[0] = stream;
  head.writeUInt32BE(bytes.length, 4);
  return Buffer.concat([head, bytes]);
};

async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe('frames of a stream', () => {
  const all = Buffer.concat([frame(1, 'out\n'), frame(2, ''), frame(2, 'err'), frame(1, 'more')]);

  it('come whole, however they are cut on their way', async () => {
    for (const size of [1, 3, 8, 9, 11, 1000]) {
      const frames = await collect(readFrames(inChunks(all, size)));
      const seen = frames.map(({ stream, bytes }) => [stream, bytes.toString()]);
      const expected = [
        ['stdout', 'out\n'],
        ['stderr', ''],
        ['stderr', 'err'],
        ['stdout', 'more'],
      ];
      assert.deepEqual(seen, expected, `in chunks of ${size}`);
    }
  });

  it('are no frames when they end in the middle, are too large or of no program', async () => {
    const bad = [
      all.subarray(0, -1),
      Buffer.from([1, 0, 0, 0, 255, 255, 255, 255]),
      frame(3, 'no space'),
      frame(9, 'x'),
    ];
    for (const bytes of bad)
      await assert.rejects(collect(readFrames(inChunks(bytes, 5))), { code: 'docker_refused' });
  });
});

describe('lines of a log', () => {
  it('have their times to the nanosecond, and the bytes of the program', async () => {
    const bytes = Buffer.concat([
      frame(1, '2026-11-26T06:14:05.059780454Z one\n'),
      frame(2, '2026-11-26T06:14:05Z \n'),
      frame(1, '2026-11-26T06:14:05.1Z 2026-11-26T06:14:05.1Z two'),
    ]);
    const pieces = await collect(readLogPieces(inChunks(bytes, 7)));
    assert.deepEqual(
      pieces.map(({ stream, at, bytes: text }) => [stream, at % 10_000_000_000n, text.toString()]),
      [
        ['stdout', 5_059_780_454n, 'one\n'],
        ['stderr', 5_000_000_000n, '\n'],
        ['stdout', 5_100_000_000n, '2026-11-26T06:14:05.1Z two'],
      ],
    );
    assert.equal(toSince(pieces[0]?.at ?? 0n), '1795673645.059780454');
  });

  it('are refused without a time', async () => {
    const source = inChunks(frame(1, 'no time\n'), 100);
    await assert.rejects(collect(readLogPieces(source)), { code: 'docker_refused' });
  });
});
