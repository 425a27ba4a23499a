import assert from 'node:assert/strict';
import test from 'node:test';
import { wordsOf } from './error-words.ts';

test('an error of the platform is told in its words', () => {
  const error = Object.assign(new Error('App shop is locked by ada.'), {
    code: 'app_locked',
    hint: 'Wait, or ask ada.',
  });
  assert.deepEqual(wordsOf(error), {
    code: 'app_locked',
    message: 'App shop is locked by ada.',
    hint: 'Wait, or ask ada.',
  });
});

test('whatever else was thrown has words too', () => {
  assert.deepEqual(wordsOf(new TypeError('x is not a function')), {
    code: null,
    message: 'x is not a function',
    hint: null,
  });
  assert.equal(wordsOf('gone').message, 'gone');
  assert.match(wordsOf(null).message, /./);
  assert.match(wordsOf({ code: 7 }).message, /./);
});
