import { RigError } from '@rig-ops/contract/errors';

/** Bytes a client keeps that may be needed again; above it, it takes no more. */
const LIMIT_BYTES = 512 * 1024;

/**
 * What was sent to a session and has not reached its program as far as this side knows. After a loss it is
 * sent again from where the platform says, so that no byte is lost and none arrives twice.
 */
export class InputBuffer {
  readonly #chunks: Uint8Array[] = [];
  /** Offset of the first byte that is kept. */
  #start = 0;
  #end = 0;
  readonly #waiting: PromiseWithResolvers<void>[] = [];

  /** Takes a copy. */
  push(bytes: Uint8Array): void {
    this.#chunks.push(Uint8Array.from(bytes));
    this.#end += bytes.length;
  }

  /** Resolves when there is room for more. */
  room(): Promise<void> {
    if (this.#end - this.#start < LIMIT_BYTES) return Promise.resolve();
    const waiter = Promise.withResolvers<void>();
    this.#waiting.push(waiter);
    return waiter.promise;
  }

  /**
   * Forgets what has reached the program.
   * @throws RigError remote_protocol when that is more than was sent, or less than was told before
   */
  acknowledge(offset: number): void {
    if (offset > this.#end || offset < this.#start) {
      throw new RigError(
        'remote_protocol',
        `The platform says that ${offset} bytes of stdin have arrived; it has told of ${this.#start} before, and ${this.#end} were sent.`,
      );
    }
    for (let first = this.#chunks[0]; first !== undefined && this.#start < offset; first = this.#chunks[0]) {
      const bytes = Math.min(first.length, offset - this.#start);
      if (bytes === first.length) this.#chunks.shift();
      else this.#chunks[0] = first.subarray(bytes);
      this.#start += bytes;
    }
    if (this.#end - this.#start < LIMIT_BYTES) this.release();
  }

  /** Everything that is kept, in order. */
  kept(): readonly Uint8Array[] {
    return this.#chunks;
  }

  /** Nobody has to wait any more. */
  release(): void {
    for (const { resolve } of this.#waiting.splice(0)) resolve();
  }
}
