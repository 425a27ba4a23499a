import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { describe, it } from 'node:test';
import { StartWords } from './take-words.ts';

describe('what a program says that starts another one', () => {
  it('is taken out of the stream with all before it, however it comes', async () => {
    const text = 'ld.so: nonsense\n\u0002abcready\u0003\u0002abcbegun 7\u0003its own \u0002abc';
    for (const size of [1, 3, text.length]) {
      const stream = new PassThrough();
      const words = new StartWords(stream, 'abc');
      for (let from = 0; from < text.length; from += size) stream.write(text.slice(from, from + size));
      assert.equal(await words.next(), 'ready');
      assert.equal(await words.next(), 'begun 7');
      stream.unshift(words.rest);
      stream.end();
      let rest = '';
      for await (const chunk of stream as AsyncIterable<Buffer>) rest += chunk.toString();
      assert.equal(rest, 'its own \u0002abc');
    }
  });

  it('is nothing where somebody else says it, or the stream ends', async () => {
    const stream = new PassThrough();
    stream.end('\u0002otherready\u0003 exec failed');
    const words = new StartWords(stream, 'abc');
    assert.equal(await words.next(), null);
    assert.match(words.rest.toString(), /exec failed/);
  });
});
