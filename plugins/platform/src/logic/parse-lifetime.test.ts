import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseLifetime } from './parse-lifetime.ts';

test('a length of time is a number and a unit, or never', () => {
  assert.equal(parseLifetime('90d'), 7_776_000);
  assert.equal(parseLifetime('12h'), 43_200);
  assert.equal(parseLifetime('never'), null);
  for (const text of ['', '0d', '-1d', '1', 'd', '1.5h', '1d2h', '1234567d', '1D']) {
    assert.throws(() => parseLifetime(text), { code: 'invalid_input' }, text);
  }
});
