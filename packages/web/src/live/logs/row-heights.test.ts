import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RowHeights } from './row-heights.ts';

/** As it is, slowly. */
class Plain {
  heights: number[] = [];
  get total() {
    return this.heights.reduce((sum, height) => sum + height, 0);
  }
  offsetOf(index: number) {
    return this.heights.slice(0, index).reduce((sum, height) => sum + height, 0);
  }
  indexAt(offset: number) {
    let left = Math.max(0, offset);
    for (const [index, height] of this.heights.entries()) {
      if (left < height || index === this.heights.length - 1) return index;
      left -= height;
    }
    return 0;
  }
}

test('sums and places are those of adding all of them up, whatever happened to them', () => {
  const fast = new RowHeights();
  const plain = new Plain();
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed % below;
  };
  for (let round = 0; round < 400; round += 1) {
    const what = random(10);
    if (what < 6) {
      for (let more = random(60); more > 0; more -= 1) {
        const height = 18 * (1 + random(4));
        fast.push(height);
        plain.heights.push(height);
      }
    } else if (what < 8 && plain.heights.length > 0) {
      const index = random(plain.heights.length);
      const height = 18 * (1 + random(9));
      fast.set(index, height);
      plain.heights[index] = height;
    } else {
      const gone = random(90);
      const before = plain.total;
      plain.heights.splice(0, gone);
      assert.equal(fast.dropFirst(gone), before - plain.total);
    }
    assert.equal(fast.length, plain.heights.length);
    assert.equal(fast.total, plain.total);
    if (plain.heights.length === 0) continue;
    const index = random(plain.heights.length);
    assert.equal(fast.get(index), plain.heights[index]);
    assert.equal(fast.offsetOf(index), plain.offsetOf(index));
    for (const offset of [0, random(plain.total), plain.total - 1, plain.total + 50])
      assert.equal(fast.indexAt(offset), plain.indexAt(offset));
  }
});
