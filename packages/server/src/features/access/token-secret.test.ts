import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashToken, hintOf, looksLikeToken, makeTokenSecret } from './token-secret.ts';

test('a token is recognised, and one with a slip of the pen is not', () => {
  const token = makeTokenSecret();
  assert.match(token, /^rig_[0-9A-Za-z]{49}$/);
  assert.ok(looksLikeToken(token));
  assert.notEqual(makeTokenSecret(), token);
  const other = token[10] === 'a' ? 'b' : 'a';
  assert.equal(looksLikeToken(token.slice(0, 10) + other + token.slice(11)), false);
  for (const wrong of ['', 'rig_', token.slice(1), `${token}0`, token.toLowerCase(), 'x'.repeat(1_000_000)]) {
    assert.equal(looksLikeToken(wrong), false);
  }
});

test('what is kept and shown of a token does not give it away', () => {
  const token = makeTokenSecret();
  assert.match(hashToken(token), /^[0-9a-f]{64}$/);
  assert.equal(hintOf(token).length, 8);
});
