import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MAX_LINE_BYTES, scanText } from './scan-text.ts';

const line = (length: number) => scanText(Buffer.from(`${'a'.repeat(length)}\n`));

describe('scanText', () => {
  it('ends behind the last newline and counts the records in front of it', () => {
    assert.deepEqual(scanText(Buffer.from('one\ntw')), { end: 4, records: 1, cuts: [] });
    assert.deepEqual(scanText(Buffer.from('\r\n\nx')), { end: 3, records: 2, cuts: [] });
    assert.deepEqual(scanText(Buffer.from('open')), { end: 0, records: 0, cuts: [] });
    assert.deepEqual(scanText(Buffer.alloc(0)), { end: 0, records: 0, cuts: [] });
  });

  it('keeps a line of exactly the bound whole and cuts a longer one', () => {
    const bound = MAX_LINE_BYTES;
    assert.deepEqual(line(bound), { end: bound + 1, records: 1, cuts: [] });
    assert.deepEqual(line(bound + 1), { end: bound + 2, records: 2, cuts: [bound] });
    assert.deepEqual(line(bound * 2 + 1), { end: bound * 2 + 2, records: 3, cuts: [bound, bound * 2] });
    const open = scanText(Buffer.alloc(bound * 2 + 7, 'a'));
    assert.deepEqual(open, { end: bound * 2, records: 2, cuts: [bound, bound * 2] });
  });
});
