import assert from 'node:assert/strict';
import { it } from 'node:test';
import { OutputRing } from './output-ring.ts';

/** Pieces of many sizes, the same each time. */
function* pieces(count: number): Generator<Buffer> {
  let seed = 7;
  let byte = 0;
  for (let piece = 0; piece < count; piece += 1) {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    const length = piece % 5 === 0 ? seed % 70_000 : seed % 300;
    yield Buffer.from(Array.from({ length }, () => (byte = (byte + 1) % 251)));
  }
}

it('keeps the last bytes, at least as many as it is to, by their offset', () => {
  const ring = new OutputRing(200_000);
  let all = Buffer.alloc(0);
  let dropped = Buffer.alloc(0);
  ring.onDrop = (bytes) => {
    dropped = Buffer.concat([dropped, bytes]);
  };
  for (const piece of pieces(200)) {
    ring.append(piece);
    all = Buffer.concat([all, piece]);
    assert.equal(ring.end, all.length);
    assert.ok(ring.end - ring.start >= Math.min(200_000, all.length));
    assert.ok(ring.end - ring.start <= 200_000 + 2 * 70_000);
    let read = Buffer.alloc(0);
    for (let at = ring.start; at < ring.end; at = ring.start + read.length) {
      const bytes = ring.read(at, 10_000);
      assert.ok(bytes !== null && bytes.length > 0 && bytes.length <= 10_000);
      read = Buffer.concat([read, bytes]);
    }
    assert.ok(read.equals(all.subarray(ring.start)));
  }
  assert.ok(dropped.equals(all.subarray(0, ring.start)));
  assert.ok(Buffer.concat(ring.pieces()).equals(all.subarray(ring.start)));
  assert.equal(ring.read(ring.end, 1), null);
  assert.throws(() => ring.read(ring.start - 1, 1), RangeError);
  ring.clear();
  assert.equal(ring.start, ring.end);
});

it('takes little for who prints little', () => {
  const ring = new OutputRing(1024 * 1024);
  ring.append(Buffer.from('$ '));
  const [piece] = ring.pieces();
  assert.ok((piece?.buffer.byteLength ?? 0) <= 1024);
});

it('what was read does not change when more comes', () => {
  const ring = new OutputRing(1024);
  ring.append(Buffer.from('first'));
  const read = ring.read(0, 100);
  ring.append(Buffer.from('second'));
  assert.equal(Buffer.from(read ?? []).toString(), 'first');
});
