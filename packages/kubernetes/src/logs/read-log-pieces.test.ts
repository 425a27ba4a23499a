import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readLogPieces } from './read-log-pieces.ts';

const PART = 16 * 1024;
const stamp = (nanoseconds: number): string =>
  `2026-11-26T10:00:00.${String(nanoseconds).padStart(9, '0')}Z `;
const base = BigInt(Date.parse('2026-11-26T10:00:00Z')) * 1_000_000n;

/** @returns for each stamp its nanoseconds within the second, and all bytes behind it */
async function read(
  text: string,
  size = text.length,
  found: [number, string][] = [],
): Promise<[number, string][]> {
  const bytes = Buffer.from(text, 'latin1');
  async function* chunks(): AsyncGenerator<Buffer> {
    for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
  }
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

  const gone = 'unable to retrieve container logs for containerd://0123abcd';
  const words: [string, string, [number, string][], RegExp][] = [
    ['in place of a log', gone, [], /unable to retrieve/],
    ['behind a line', `${stamp(1)}a\n${gone}`, [[1, 'a\n']], /unable to retrieve/],
    ['in a few bytes', `${stamp(1)}a\nEOF`, [[1, 'a\n']], /says: EOF/],
    [
      'behind output without an end',
      `${stamp(1)}a\n${stamp(2)}bye rpc error: code = NotFound desc = no container "0": not found`,
      [
        [1, 'a\n'],
        [2, 'bye '],
      ],
      /code = NotFound/,
    ],
    [
      'over the end of a part',
      `${stamp(1)}${'x'.repeat(PART - 10)}rpc error: code = NotFound desc = not found`,
      [[1, 'x'.repeat(PART - 10)]],
      /code = NotFound/,
    ],
    ['behind a full part', `${stamp(1)}${long}${gone}`, [[1, long]], /unable to retrieve/],
  ];
  for (const [where, text, expected, says] of words) {
    it(`is told from what the cluster says ${where}`, async () => {
      for (const size of [text.length, ...(text.length < PART ? [1, 7] : [1021]), 4096, PART]) {
        const found: [number, string][] = [];
        await assert.rejects(read(text, size, found), says, `chunks of ${size}`);
        assert.deepEqual(found, expected, `chunks of ${size}`);
      }
    });
  }

  it('may have lines that read like the words of a cluster', async () => {
    const text = `${stamp(1)}${gone}\n${stamp(2)}rpc error: code = Internal desc = ours\n${stamp(3)}we failed to `;
    for (const size of [text.length, 1, 7])
      assert.deepEqual(
        await read(text, size),
        [
          [1, `${gone}\n`],
          [2, 'rpc error: code = Internal desc = ours\n'],
          [3, 'we failed to '],
        ],
        `chunks of ${size}`,
      );
  });

  it('may begin with the rest of a long line', async () => {
    const text = `${'x'.repeat(100)}\n${stamp(2)}next\n`;
    for (const size of [text.length, 1, 7]) assert.deepEqual(await read(text, size), [[2, 'next\n']]);
  });
});
