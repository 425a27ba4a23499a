import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LineSplitter, MAX_LINE_BYTES, type SplitLine } from './line-splitter.ts';

const show = (lines: readonly SplitLine[]) =>
  lines.map(({ bytes, partial, consumed }) => [Buffer.from(bytes).toString('latin1'), partial, consumed]);

describe('LineSplitter', () => {
  it('splits at newlines over chunks and counts what it consumed', () => {
    const splitter = new LineSplitter();
    assert.deepEqual(show(splitter.push(Buffer.from('one\ntw'))), [['one', false, 4]]);
    assert.equal(splitter.pendingBytes, 2);
    assert.deepEqual(show(splitter.push(Buffer.from('o\r\n\nx'))), [
      ['two\r', false, 9],
      ['', false, 10],
    ]);
    assert.deepEqual(show(splitter.flush()), [['x', true, 11]]);
    assert.deepEqual(show(splitter.flush()), []);
    assert.deepEqual(show(splitter.push(Buffer.from('\n'))), [['', false, 12]]);
    splitter.push(Buffer.from('end'));
    assert.deepEqual(show(splitter.flush(true)), [['end', false, 15]]);
  });

  it('keeps a line of exactly the bound whole and cuts a longer one', () => {
    const whole = new LineSplitter().push(Buffer.from(`${'a'.repeat(MAX_LINE_BYTES)}\n`));
    assert.deepEqual(
      whole.map(({ bytes, partial }) => [bytes.length, partial]),
      [[MAX_LINE_BYTES, false]],
    );
    const cut = new LineSplitter().push(Buffer.from(`${'a'.repeat(MAX_LINE_BYTES * 2 + 1)}\n`));
    assert.deepEqual(
      cut.map(({ bytes, partial, consumed }) => [bytes.length, partial, consumed]),
      [
        [MAX_LINE_BYTES, true, MAX_LINE_BYTES],
        [MAX_LINE_BYTES, true, MAX_LINE_BYTES * 2],
        [1, false, MAX_LINE_BYTES * 2 + 2],
      ],
    );
  });

  it('loses and adds nothing, whatever the chunks, and holds no more than the bound', () => {
    const input = Buffer.alloc(400_000);
    for (let index = 0; index < input.length; index += 1) input[index] = (index * 7919 + (index >> 9)) % 251;
    const splitter = new LineSplitter();
    const pieces: SplitLine[] = [];
    for (let at = 0, step = 1; at < input.length; at += step, step = (step * 31 + 7) % 90_001) {
      const chunk = Buffer.from(input.subarray(at, at + step));
      for (const piece of splitter.push(chunk)) pieces.push({ ...piece, bytes: Buffer.from(piece.bytes) });
      chunk.fill(0xaa);
      assert.ok(splitter.pendingBytes <= MAX_LINE_BYTES);
    }
    pieces.push(...splitter.flush());
    const newline = Buffer.from('\n');
    const joined = Buffer.concat(
      pieces.flatMap(({ bytes, partial }) => (partial ? [bytes] : [bytes, newline])),
    );
    assert.equal(pieces.at(-1)?.consumed, input.length);
    assert.ok(joined.equals(input));
  });
});
