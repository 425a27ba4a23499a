import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readLogPieces } from './read-log-pieces.ts';

const PART = 16 * 1024;
const stamp = (nanoseconds: number): string =>
  `2026-11-26T10:00:00.${String(nanoseconds).padStart(9, '0')}Z `;
const base = BigInt(Date.parse('2026-11-26T10:00:00Z')) * 1_000_000n;

/** @returns for each stamp its nanoseconds within the second, and all bytes behind it */
async function read(text: string, size = text.length): Promise<[number, string][]> {
  const bytes = Buffer.from(text, 'latin1');
  async function* chunks(): AsyncGenerator<Buffer> {
    for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
  }
  const found: [number, string][] = [];
  for await (const pieces of readLogPieces(chunks())) {
    for (const { at, bytes: part, begins } of pieces) {
      const last = found.at(-1);
      if (begins || last === undefined) found.push([Number(at - base), part.toString('latin1')]);
      else last[1] += part.toString('latin1');
    }
  }
  return found;
}

const long = 'x'.repeat(PART);
const cases: [string, string, [number, string][]][] = [
  [
    'lines, empty ones too',
    `${stamp(1)}a\n${stamp(1)}\n${stamp(2)}b c\n`,
    [
      [1, 'a\n'],
      [1, '\n'],
      [2, 'b c\n'],
    ],
  ],
  [
    'a last line without an end',
    `${stamp(1)}a\n${stamp(2)}prompt> `,
    [
      [1, 'a\n'],
      [2, 'prompt> '],
    ],
  ],
  [
    'a long line of an older kubelet, with a time in front of every part',
    `${stamp(1)}${long}${stamp(2)}${long}${stamp(3)}rest\n${stamp(4)}next\n`,
    [
      [1, long],
      [2, long],
      [3, 'rest\n'],
      [4, 'next\n'],
    ],
  ],
  [
    'a long line of a newer one, with one time',
    `${stamp(1)}${long}${long}rest\n${stamp(4)}next\n`,
    [
      [1, `${long}${long}rest\n`],
      [4, 'next\n'],
    ],
  ],
  [
    'a line that is exactly as long as a part',
    `${stamp(1)}${long}\n${stamp(2)}next\n`,
    [
      [1, `${long}\n`],
      [2, 'next\n'],
    ],
  ],
  ['a part that nothing comes behind', `${stamp(1)}${long}`, [[1, long]]],
  [
    'times that the program has printed',
    `${stamp(1)}${stamp(2)}said\n${stamp(3)}${'y'.repeat(100)}${stamp(4)}\n`,
    [
      [1, `${stamp(2)}said\n`],
      [3, `${'y'.repeat(100)}${stamp(4)}\n`],
    ],
  ],
];

describe('a log with times', () => {
  for (const [what, text, expected] of cases) {
    it(`is ${what}, however it comes`, async () => {
      for (const size of [text.length, ...(text.length < PART ? [1, 7] : [1021]), 4096, PART, PART + 31])
        assert.deepEqual(await read(text, size), expected, `chunks of ${size}`);
    });
  }

  it('may be in another time zone', async () => {
    assert.deepEqual(await read('2026-11-26T12:00:00.5+02:00 a\n'), [[500_000_000, 'a\n']]);
  });

  it('is refused where it is none', async () => {
    await assert.rejects(read('no log at all, but something that is long enough\n'), /without a time/);
  });
});
