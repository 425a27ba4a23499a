import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatCursor, parseCursor } from './log-record.ts';

test('a cursor reads back as it was written', () => {
  for (const cursor of [
    { epoch: 0, seq: 0 },
    { epoch: 3, seq: 999_999_999_999 },
  ]) {
    assert.deepEqual(parseCursor(formatCursor(cursor)), cursor);
  }
});

test('anything else is no cursor', () => {
  for (const text of ['', '1', '1.', '.1', '-1.2', '1.2.3', '1.2x', ' 1.2', '1e3.1', '1.9999999999999999']) {
    assert.equal(parseCursor(text), null, text);
  }
});
