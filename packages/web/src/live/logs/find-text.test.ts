import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeFinder, markFound } from './find-text.ts';

test('a text is found in either case, its signs mean nothing', () => {
  const find = makeFinder('a.b(');
  assert.deepEqual(find?.('xA.B( a.b( axb('), [
    { from: 1, to: 5 },
    { from: 6, to: 10 },
  ]);
  assert.equal(makeFinder(''), null);
});

test('slashes make it a pattern; nothing is no hit', () => {
  assert.deepEqual(makeFinder('/o+k/')?.('ook ok'), [
    { from: 0, to: 3 },
    { from: 4, to: 6 },
  ]);
  assert.deepEqual(makeFinder('/x*/')?.('abc'), []);
  assert.throws(() => makeFinder('/(/'), SyntaxError);
});

test('hits go across pieces of different colours', () => {
  const pieces = [{ text: 'one tw' }, { text: 'o three' }];
  assert.deepEqual(
    markFound(pieces, [{ from: 4, to: 7 }]).map(({ text, found }) => (found ? `[${text}]` : text)),
    ['one ', '[tw]', '[o]', ' three'],
  );
});
