import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toTransportError } from './transport-error.ts';

test('the hint names the place the address comes from', () => {
  const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
  const hint = (name: string) =>
    toTransportError(refused, { name, token: 't', url: 'http://localhost' }).hint;
  assert.equal(hint('RIG_URL'), 'Check RIG_URL.');
  assert.match(hint('staging'), /rig context list/);
});
