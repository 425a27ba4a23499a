import type { Writable } from 'node:stream';
import type { ByteSink } from '@rig-ops/wire/session-link';

/** Writes bytes on as they are; waits while the stream is full, which in turn holds the program back. */
export class StreamSink implements ByteSink {
  readonly #stream: Writable;

  constructor(stream: Writable) {
    this.#stream = stream;
  }

  async take(bytes: Uint8Array): Promise<void> {
    const stream = this.#stream;
    if (stream.write(bytes) || stream.destroyed) return;
    await new Promise<void>((resolve) => {
      // A reader that went away never drains; whoever owns the stream hears of it and ends the command.
      const done = () => {
        stream.off('drain', done);
        stream.off('close', done);
        stream.off('error', done);
        resolve();
      };
      stream.on('drain', done);
      stream.on('close', done);
      stream.on('error', done);
    });
  }
}

/** Keeps the first bytes up to a limit and drops the rest. */
export class CapturingSink implements ByteSink {
  readonly #limit: number;
  readonly #chunks: Uint8Array[] = [];
  #kept = 0;
  /** All bytes there were, also those not kept. */
  total = 0;
  truncated = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  take(bytes: Uint8Array): Promise<void> {
    this.total += bytes.length;
    const room = this.#limit - this.#kept;
    if (bytes.length > room) this.truncated = true;
    const kept = bytes.subarray(0, room);
    if (kept.length > 0) this.#chunks.push(kept);
    this.#kept += kept.length;
    return Promise.resolve();
  }
}
