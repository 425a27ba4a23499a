import { WIRE_LIMITS, type Channel } from '@rig-ops/wire';
import type { SessionOutput } from './session-output.ts';

export interface PumpOptions {
  channel: Channel;
  /** Number of the stream in the channel. */
  stream: number;
  /** Where it begins. */
  from: number;
  holds: boolean;
  /** Sent first; of no offset. */
  preamble: Uint8Array | null;
  /** What lies between is not kept any more. Called ahead of the bytes behind it. */
  onGap: (from: number, to: number) => void;
}

/** Carries one output stream of a session to one client, as fast as that one reads. */
export class OutputPump {
  readonly #output: SessionOutput;
  readonly #options: PumpOptions;
  #offset: number;
  #holds: boolean;
  #stopped = false;
  #wake: (() => void) | null = null;
  /** Settles when the client was given all, or the pump was stopped. */
  readonly done: Promise<void>;

  constructor(output: SessionOutput, options: PumpOptions) {
    this.#output = output;
    this.#options = options;
    this.#offset = options.from;
    this.#holds = options.holds;
    output.add(this);
    this.done = this.#run();
  }

  get offset(): number {
    return this.#offset;
  }

  get holds(): boolean {
    return this.#holds;
  }

  set holds(holds: boolean) {
    this.#holds = holds;
    this.#output.balance();
  }

  wake(): void {
    this.#wake?.();
  }

  /** Nothing more is sent; what was is still waited for where the program waits for this client. */
  stop(): void {
    this.#stopped = true;
    this.wake();
  }

  /** As {@link stop}; the client is not waited for any more either. */
  remove(): void {
    this.stop();
    this.#output.remove(this);
  }

  async #run(): Promise<void> {
    const { channel, preamble, stream } = this.#options;
    try {
      if (preamble !== null) await channel.write(stream, preamble);
      while (!this.#stopped) {
        const bytes = this.#next();
        if (bytes !== null) {
          this.#offset += bytes.length;
          await channel.write(stream, bytes);
          this.#output.balance();
        } else if (this.#output.ended) {
          return;
        } else {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
          this.#wake = null;
        }
      }
    } catch {
      // The channel is over, which its owner is told as well.
      this.#stopped = true;
    }
  }

  #next(): Uint8Array | null {
    const { ring } = this.#output;
    if (this.#offset < ring.start) {
      this.#options.onGap(this.#offset, ring.start);
      this.#offset = ring.start;
    }
    return ring.read(this.#offset, WIRE_LIMITS.dataBytes);
  }
}
