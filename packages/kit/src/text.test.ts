import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  formatBytes,
  formatDuration,
  formatRelativeTime,
  layOutTable,
  sanitise,
  stripStyles,
  textWidth,
  truncate,
} from './text.ts';

test('formatBytes counts in thousands and never shows 1000 of a unit', () => {
  const cases: [number, string][] = [
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [1536, '1.5 kB'],
    [9949, '9.9 kB'],
    [9951, '10 kB'],
    [999_499, '999 kB'],
    [999_501, '1.0 MB'],
    [98_000_000, '98 MB'],
    [4e15, '4.0 PB'],
  ];
  for (const [bytes, text] of cases) assert.equal(formatBytes(bytes), text);
});

test('formatDuration keeps two units at most and carries over', () => {
  const cases: [number, string][] = [
    [0, '0 ms'],
    [999, '999 ms'],
    [999.6, '1.0 s'],
    [3210, '3.2 s'],
    [59_949, '59.9 s'],
    [59_960, '1 min'],
    [125_000, '2 min 5 s'],
    [3_599_600, '1 h'],
    [11_400_000, '3 h 10 min'],
    [86_400_000, '1 d'],
    [352_800_000, '4 d 2 h'],
  ];
  for (const [ms, text] of cases) assert.equal(formatDuration(ms), text);
});

test('formatRelativeTime goes from seconds to the date', () => {
  const now = new Date('2026-03-01T12:00:00Z');
  const ago = (seconds: number) => formatRelativeTime(new Date(now.getTime() - seconds * 1000), now);
  assert.equal(ago(0), 'just now');
  assert.equal(ago(-5), 'just now');
  assert.equal(ago(59), '59 s ago');
  assert.equal(ago(60), '1 min ago');
  assert.equal(ago(7200), '2 h ago');
  assert.equal(ago(86_400), '1 d ago');
  assert.equal(ago(40 * 86_400), '2026-01-20');
  assert.equal(formatRelativeTime('never', now), 'never');
});

test('sanitise leaves nothing that moves a cursor or reorders text', () => {
  assert.equal(sanitise('plain\ttext'), 'plain\ttext');
  assert.equal(sanitise('\u001B[2J\u0007\r\n'), '␛[2J␇␍␊');
  assert.equal(sanitise('a\u009Bb\u007F\u202E'), 'a\uFFFDb␡\uFFFD');
  assert.equal(sanitise('two\nlines', { keepNewlines: true }), 'two\nlines');
});

test('textWidth counts columns, not characters', () => {
  assert.equal(textWidth('abc'), 3);
  assert.equal(textWidth('\u001B[31mabc\u001B[39m'), 3);
  assert.equal(textWidth('日本'), 4);
  assert.equal(textWidth('e\u0301'), 1);
  assert.equal(textWidth('👩‍👩‍👧'), 2);
});

test('characters that are counted without a look at them take one column each', () => {
  const ranges = [
    [0x20, 0x7e],
    [0xa1, 0xac],
    [0xae, 0x2ff],
    [0x2010, 0x2027],
    [0x2190, 0x21ff],
    [0x2500, 0x259f],
  ] as const;
  for (const [first, last] of ranges)
    for (let code = first; code <= last; code += 1)
      // Beside a character that is looked at, the whole text is.
      assert.equal(textWidth(`${String.fromCodePoint(code)}日`), 3, code.toString(16));
});

test('truncate keeps whole characters', () => {
  assert.equal(truncate('abc', 3), 'abc');
  assert.equal(truncate('abcd', 3), 'ab…');
  assert.equal(truncate('日本語', 4), '日…');
});

test('a table lines columns up, marks what is missing, and fits the terminal', () => {
  const columns = [
    { key: 'name', header: 'NAME' },
    { key: 'size', header: 'SIZE', align: 'right' as const },
    { key: 'url', header: 'URL' },
  ];
  const rows = [
    { name: 'web', size: 5, url: 'http://127.0.0.1:41001/a/long/path' },
    { name: 'worker', size: 12_345, url: null },
  ];
  assert.deepEqual(layOutTable(rows, columns), [
    'NAME     SIZE  URL',
    'web         5  http://127.0.0.1:41001/a/long/path',
    'worker  12345  -',
  ]);
  const narrow = layOutTable(rows, columns, { width: 30 });
  assert.ok(
    narrow.every((line) => textWidth(line) <= 30),
    narrow.join('\n'),
  );
  assert.equal(narrow[1], 'web         5  http://127.0.0…');
  const kept = layOutTable(
    [{ path: 'a.rather.long.path', what: 'a rather long description of it' }],
    [
      { key: 'what', header: 'WHAT' },
      { key: 'path', header: 'PATH', keep: true },
    ],
    { width: 30 },
  );
  assert.equal(kept[1], 'a rather …  a.rather.long.path');
});

test('a table shows styles and disarms everything else', () => {
  const [, line = ''] = layOutTable(
    [{ a: '\u001B[32mlive\u001B[39m \u001B[2J' }],
    [{ key: 'a', header: 'A' }],
  );
  assert.ok(line.startsWith('\u001B[32mlive\u001B[39m '));
  assert.equal(stripStyles(line), 'live ␛[2J');
});
