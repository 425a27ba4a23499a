import assert from 'node:assert/strict';
import test from 'node:test';
import { splitTyped } from './split-typed.ts';

const typed = (text: string) =>
  splitTyped(text)
    .filter((part) => part.typed)
    .map((part) => part.text);

test('commands in a hint are told apart from the words around them', () => {
  assert.deepEqual(typed('See why: rig logs app shop'), ['rig logs app shop']);
  assert.deepEqual(typed('rig releases list shop'), ['rig releases list shop']);
  assert.deepEqual(typed('Run `rig deploy` or wait.'), ['rig deploy']);
  assert.deepEqual(typed('Ask whoever runs rig here.'), []);
});

test('nothing of the hint is lost', () => {
  for (const text of ['', 'plain', 'See: rig status; then `x` and y.']) {
    assert.equal(
      splitTyped(text)
        .map((part) => part.text)
        .join(''),
      text.replaceAll('`', ''),
    );
  }
});
