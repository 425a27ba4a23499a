import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { StartWords } from './take-words.ts';

describe('what a program says that starts another one', () => {
  it('is taken out of the stream with all before it, however it comes', async () => {
    const said = 'ld.so: nonsense\n\u0002abcready\u0003\u0002abcbegun 7\u0003its own \u0002abc';
    for (const size of [1, 3, said.length]) {
      const stream = new PassThrough();
      const words = new StartWords(stream, 'abc');
      for (let from = 0; from < said.length; from += size) stream.write(said.slice(from, from + size));
      assert.equal(await words.next(), 'ready');
      assert.equal(await words.next(), 'begun 7');
      stream.end('.');
      assert.equal(await text(words.behind()), 'its own \u0002abc.');
    }
  });

  it('is taken out as well where it comes later, and everything else stays as it is', async () => {
    const before = 'errors ab abx';
    const said = `${before}abcended 3afterab`;
    for (const size of [1, 2, 5, said.length]) {
      const stream = new PassThrough();
      const words = new StartWords(stream, 'abc');
      stream.write('abcbegun 7');
      await words.next();
      const heard: string[] = [];
      const all = text(words.behind((word) => heard.push(word)));
      for (let from = 0; from < said.length; from += size) stream.write(said.slice(from, from + size));
      stream.end();
      assert.equal(await all, `${before}afterab`);
      assert.deepEqual(heard, ['ended 3']);
    }
  });

  it('without an end is not held back for ever', async () => {
    const stream = new PassThrough();
    const words = new StartWords(stream, 'abc');
    stream.write('abcbegun 7');
    await words.next();
    const long = `abc${'x'.repeat(100_000)}`;
    const all = text(words.behind(() => assert.fail('it is no word')));
    stream.end(long);
    assert.equal(await all, long);
  });

  it('leaves the rest, also where the other one has ended by then', async () => {
    const stream = new PassThrough();
    const words = new StartWords(stream, 'abc');
    stream.end('\u0002abcbegun 7\u0003failed');
    assert.equal(await words.next(), 'begun 7');
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(await text(words.behind()), 'failed');
  });

  it('is nothing where somebody else says it, or the stream ends', async () => {
    const stream = new PassThrough();
    stream.end('\u0002otherready\u0003 exec failed');
    const words = new StartWords(stream, 'abc');
    assert.equal(await words.next(), null);
    assert.match(words.rest.toString(), /exec failed/);
  });
});
