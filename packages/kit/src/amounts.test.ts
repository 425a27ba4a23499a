import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDays, formatMebibytes, parseDays, parseMebibytes } from './amounts.ts';

test('sizes are read as people write them', () => {
  for (const [text, mebibytes] of [
    ['512MiB', 512],
    ['2 GiB', 2048],
    ['1.5g', 1536],
    ['64KB', 1 / 16],
    ['1t', 1024 * 1024],
  ] as const) {
    assert.equal(parseMebibytes(text), mebibytes, text);
  }
  for (const text of ['', '12', 'GiB', '-1GiB', '1 GiB 2', '1XB', '1e9g'])
    assert.throws(() => parseMebibytes(text), { code: 'invalid_input' }, text);
});

test('ages are read as people write them', () => {
  for (const [text, days] of [
    ['36h', 1.5],
    ['30d', 30],
    ['2w', 14],
  ] as const) {
    assert.equal(parseDays(text), days, text);
  }
  for (const text of ['', '30', 'd', '-1d', '1y'])
    assert.throws(() => parseDays(text), { code: 'invalid_input' }, text);
});

test('less than the least is refused', () => {
  assert.equal(parseMebibytes('1MiB', 1), 1);
  assert.throws(() => parseMebibytes('1023KiB', 1), /the least is 1 MiB/);
  assert.throws(() => parseDays('1m', 1), { code: 'invalid_input' });
});

test('both are shown in the unit that suits them', () => {
  assert.deepEqual([0.5, 512, 1536].map(formatMebibytes), ['512 KiB', '512 MiB', '1.5 GiB']);
  assert.deepEqual([0.5, 1.5, 14].map(formatDays), ['12 h', '36 h', '14 d']);
});
