import { Readable } from 'node:stream';

const BEGIN = Buffer.from('\u0002');
const END = Buffer.from('\u0003');
/** Nothing that is not ours is longer, as what a loader says of a library that it does not find. */
const MOST_BYTES = 64 * 1024;
/** Of one that comes later: what has no end is no word. */
const MOST_WORD_BYTES = 256;

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

  /**
   * All that comes behind the last word: nothing can be given back to a stream that has come to its end meanwhile.
   * @param onWord told of words that come later, which are taken out as well
   */
  behind(onWord: ((word: string) => void) | null = null): Readable {
    const [begin, first, stream] = [this.#begin, this.#held, this.#stream];
    const all = async function* (): AsyncGenerator<Buffer> {
      if (first.length > 0) yield first;
      yield* stream as AsyncIterable<Buffer>;
    };
    return Readable.from(onWord === null ? all() : withoutWords(all(), begin, onWord), { objectMode: false });
  }
}

async function* withoutWords(
  stream: AsyncIterable<Buffer>,
  begin: Buffer,
  onWord: (word: string) => void,
): AsyncGenerator<Buffer> {
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    for (;;) {
      const from = held.indexOf(begin);
      const to = from < 0 ? -1 : held.indexOf(END, from);
      if (to < 0) break;
      if (from > 0) yield held.subarray(0, from);
      onWord(held.toString('utf8', from + begin.length, to));
      held = held.subarray(to + 1);
    }
    const kept = beginningOf(held, begin);
    if (held.length > kept) yield held.subarray(0, held.length - kept);
    held = held.subarray(held.length - kept);
  }
  if (held.length > 0) yield held;
}

/** How many of the last bytes may be those of a word that has not come whole. */
function beginningOf(bytes: Buffer, begin: Buffer): number {
  const from = bytes.indexOf(begin);
  if (from >= 0) return bytes.length - from > MOST_WORD_BYTES ? 0 : bytes.length - from;
  for (let count = Math.min(begin.length - 1, bytes.length); count > 0; count -= 1)
    if (bytes.subarray(bytes.length - count).equals(begin.subarray(0, count))) return count;
  return 0;
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
