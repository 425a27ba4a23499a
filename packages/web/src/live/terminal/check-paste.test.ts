import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPaste, onOneLine } from './check-paste.ts';

test('one line is pasted; several are shown first unless the program takes them as a paste', () => {
  assert.equal(checkPaste('ls -l', false).asks, false);
  assert.deepEqual(checkPaste('rm -rf x\r\nls\n', false), {
    text: 'rm -rf x\nls\n',
    lines: 2,
    asks: true,
    leftOut: 0,
  });
  assert.equal(checkPaste('rm -rf x\nls\n', true).asks, false);
  // One line with its end would run at once.
  assert.equal(checkPaste('reboot\n', false).asks, true);
  assert.equal(checkPaste('reboot\r', false).asks, true);
  assert.equal(checkPaste('x'.repeat(60_000), true).asks, true);
});

test('what is no text is left out: a paste cannot end its own brackets', () => {
  const { text, leftOut } = checkPaste('a\u001B[201~\u0003b\tc\u009B', true);
  assert.equal(text, 'a[201~b\tc');
  assert.equal(leftOut, 3);
});

test('on one line', () => {
  assert.equal(onOneLine('  a \\\r\n  b\n\nc\n'), 'a \\ b c');
});
