import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseTimeSpan } from './time-span.ts';

test('reads spans of time, and says what is wrong with others', () => {
  for (const [text, seconds] of [
    ['1s', 1],
    ['10m', 600],
    ['2h', 7200],
    ['1d', 86_400],
  ] as const) {
    assert.equal(parseTimeSpan(text, '--wait-timeout', 86_400), seconds);
  }
  for (const text of ['0s', '25h', '10', 'm', '-1s', '1.5h', '']) {
    assert.throws(() => parseTimeSpan(text, '--wait-timeout', 86_400), { code: 'usage' }, text);
  }
});
