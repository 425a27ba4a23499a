import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import type { Run } from '../run.ts';
import { settleColour } from './settle-colour.ts';

const names = ['NO_COLOR', 'FORCE_COLOR'] as const;
const before = names.map((name) => process.env[name]);
const forget = () => {
  for (const name of names) delete process.env[name];
};
beforeEach(forget);
afterEach(() => {
  forget();
  for (const [index, name] of names.entries())
    if (before[index] !== undefined) process.env[name] = before[index];
});

const settle = (given: object, env: object) => {
  settleColour({ given, invocation: { env } } as unknown as Run);
  return process.env.NO_COLOR;
};

test('the flag, CI and a dumb terminal end in NO_COLOR; a person’s terminal does not', () => {
  assert.equal(settle({}, { TERM: 'xterm', CI: '' }), undefined);
  assert.equal(settle({}, { CI: 'true', FORCE_COLOR: '1' }), undefined);
  assert.equal(settle({ 'no-color': true }, { FORCE_COLOR: '1' }), '1');
  assert.equal(process.env.FORCE_COLOR, '0');
  forget();
  assert.equal(settle({}, { CI: 'true' }), '1');
  forget();
  assert.equal(settle({}, { TERM: 'dumb' }), '1');
});
