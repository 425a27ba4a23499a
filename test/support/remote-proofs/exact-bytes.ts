import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';

const CHUNK = Buffer.alloc(256 * 1024);

/** So many bytes that no one could guess, made as they are read, and their hash once all were. */
export class ExactBytes {
  readonly #hash = createHash('sha256');
  readonly stream: Readable;

  constructor(total: number) {
    const cipher = createCipheriv('aes-128-ctr', randomBytes(16), randomBytes(16));
    const hash = this.#hash;
    function* make() {
      for (let left = total; left > 0; left -= CHUNK.length) {
        const bytes = cipher.update(CHUNK.subarray(0, Math.min(left, CHUNK.length)));
        hash.update(bytes);
        yield bytes;
      }
    }
    this.stream = Readable.from(make(), { objectMode: false, highWaterMark: CHUNK.length });
  }

  digest(): string {
    return this.#hash.digest('hex');
  }
}

/** What came of a stream: how much, and its hash. */
export async function digestOf(
  stream: Readable,
  onProgress?: (total: number) => void,
): Promise<{ total: number; sha256: string }> {
  const hash = createHash('sha256');
  let total = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    hash.update(chunk);
    total += chunk.length;
    onProgress?.(total);
  }
  return { total, sha256: hash.digest('hex') };
}
