import assert from 'node:assert/strict';
import { test } from 'node:test';
import { literalFinder } from './find-literal.ts';

/** Numbers that look random, and are the same each time. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    yield state >> 8;
  }
}

function allHits(find: (from: number) => number): number[] {
  const hits: number[] = [];
  for (let at = find(0); at !== -1; at = find(at + 1)) hits.push(at);
  return hits;
}

test('finds what indexOf finds, whatever bytes are rare', () => {
  const random = numbers(7);
  for (const letters of [2, 5, 40, 256]) {
    const text = Buffer.alloc(12_000);
    for (let at = 0; at < text.length; at += 1) text[at] = random.next().value % letters;
    for (let length = 1; length <= 24; length += 1) {
      const at = random.next().value % (text.length - length);
      // The end of the text is where a part fits and the whole does not.
      for (const start of [at, 0, text.length - length]) {
        const pattern = Buffer.from(text.subarray(start, start + length));
        const beyond = Buffer.concat([pattern, Buffer.of(0)]);
        for (const wanted of [pattern, beyond]) {
          const finder = literalFinder(wanted);
          assert.deepEqual(
            allHits((from) => finder.find(text, from)),
            allHits((from) => text.indexOf(wanted, from)),
          );
        }
      }
    }
  }
});
