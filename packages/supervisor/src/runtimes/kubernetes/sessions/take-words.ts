import { Readable } from 'node:stream';

const BEGIN = Buffer.from('\u0002');
const END = Buffer.from('\u0003');
/** Nothing that is not ours is longer, as what a loader says of a library that it does not find. */
const MOST_BYTES = 64 * 1024;

/**
 * Takes the words out of a stream that the program which starts another one says on it, with what stands before them. What is behind
 * the last one is the other one's.
 */
export class StartWords {
  readonly #stream: Readable;
  readonly #begin: Buffer;
  #held = Buffer.alloc(0);

  /** @param mark that it was given: nobody else says it */
  constructor(stream: Readable, mark: string) {
    this.#stream = stream;
    this.#begin = Buffer.concat([BEGIN, Buffer.from(mark)]);
  }

  /** Null where the stream ends before the next one; what was said instead is `rest`. */
  async next(): Promise<string | null> {
    for (;;) {
      const from = this.#held.indexOf(this.#begin);
      const to = from < 0 ? -1 : this.#held.indexOf(END, from);
      if (to >= 0) {
        const word = this.#held.toString('utf8', from + this.#begin.length, to);
        this.#held = this.#held.subarray(to + 1);
        return word;
      }
      if (this.#held.length > MOST_BYTES) return null;
      const chunk = await nextChunk(this.#stream);
      if (chunk === null) return null;
      this.#held = Buffer.concat([this.#held, chunk]);
    }
  }

  /** What has come behind the last word so far. */
  get rest(): Buffer {
    return this.#held;
  }

  /** All that comes behind the last word: nothing can be given back to a stream that has come to its end meanwhile. */
  behind(): Readable {
    const [first, stream] = [this.#held, this.#stream];
    const read = async function* (): AsyncGenerator<Buffer> {
      if (first.length > 0) yield first;
      yield* stream as AsyncIterable<Buffer>;
    };
    return Readable.from(read(), { objectMode: false });
  }
}

async function nextChunk(stream: Readable): Promise<Buffer | null> {
  for (;;) {
    const chunk = stream.read() as Buffer | null;
    if (chunk !== null) return chunk;
    if (stream.readableEnded || stream.destroyed) return null;
    await new Promise<void>((resolve) => {
      const done = () => {
        for (const event of ['readable', 'end', 'close']) stream.off(event, done);
        resolve();
      };
      for (const event of ['readable', 'end', 'close']) stream.on(event, done);
    });
  }
}
