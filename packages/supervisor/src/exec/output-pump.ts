import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel } from '@rig-ops/wire';

/** How long a background process may hold a stream open behind the end of the program. */
const LINGER_MS = 1_000;
/** More than the kernel and Node can hold of what the program itself wrote: a socket buffer and a chunk. */
const LINGER_BYTES = 1024 * 1024;

/** Carries one output stream of a program to a channel, as fast as the other side reads. */
export class OutputPump {
  readonly #source: Readable;
  #bytes = 0;
  #writing = false;
  #bytesAtEnd: number | null = null;
  readonly done: Promise<void>;

  constructor(source: Readable, channel: Channel, stream: number) {
    this.#source = source;
    this.done = this.#run(channel, stream);
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The program has ended: waits for its last bytes, and not much longer for those of what it left behind. */
  async finish(): Promise<void> {
    this.#bytesAtEnd = this.#bytes;
    for (;;) {
      const ended = await Promise.race([this.done.then(() => true), sleep(LINGER_MS, false, { ref: false })]);
      if (ended) return;
      const underWay = this.#writing || this.#source.readableLength > 0;
      if (!underWay || this.#bytes - this.#bytesAtEnd > LINGER_BYTES) break;
    }
    this.#source.destroy();
    await this.done;
  }

  async #run(channel: Channel, stream: number): Promise<void> {
    try {
      // Iteration reads one chunk at a time, so a pending write holds the program back by its full pipe.
      for await (const chunk of this.#source as AsyncIterable<Buffer>) {
        this.#writing = true;
        // Reading goes on when the channel is over: a closed pipe would end the program by SIGPIPE before
        // it could react to SIGHUP. Its owner ends it in time.
        await channel.write(stream, chunk).catch(() => undefined);
        this.#bytes += chunk.length;
        this.#writing = false;
      }
    } catch {
      // Destroyed by `finish`: whoever still holds the other end is not waited for.
    }
  }
}
