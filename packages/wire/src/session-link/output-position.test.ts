import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OutputPosition } from './output-position.ts';

const pieces = (position: OutputPosition, text: string) =>
  Array.from(position.split(Buffer.from(text))).map(({ gap, bytes }) => [
    gap ?? null,
    Buffer.from(bytes).toString(),
  ]);

test('what draws the screen does not count', () => {
  const position = new OutputPosition();
  position.begin(100, 4);
  assert.deepEqual(pieces(position, 'dra'), [[null, 'dra']]);
  assert.deepEqual(pieces(position, 'wxy'), [
    [null, 'w'],
    [null, 'xy'],
  ]);
  assert.equal(position.taken, 102);
});

test('a gap told early waits for the bytes in front of it', () => {
  const position = new OutputPosition();
  position.begin(0, 0);
  assert.equal(position.addGap({ from: 3, to: 10 }), null);
  assert.deepEqual(pieces(position, 'abcxy'), [
    [null, 'abc'],
    [{ from: 3, to: 10 }, 'xy'],
  ]);
  assert.equal(position.taken, 12);
});

test('a gap right here is told at once, and one that was told is not told again', () => {
  const position = new OutputPosition();
  position.begin(5, 0);
  assert.deepEqual(position.addGap({ from: 5, to: 9 }), { from: 5, to: 9 });
  assert.equal(position.addGap({ from: 5, to: 9 }), null);
  assert.equal(position.taken, 9);
});

test('a channel that begins behind what was taken leaves a gap; one that repeats is cut', () => {
  const position = new OutputPosition();
  position.begin(0, 0);
  pieces(position, '0123456789');
  assert.deepEqual(position.goOn(15, 0), { from: 10, to: 15 });
  assert.equal(position.goOn(12, 0), null);
  assert.deepEqual(pieces(position, 'abcde'), [[null, 'de']]);
  assert.equal(position.taken, 17);
});
