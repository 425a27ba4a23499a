import { setTimeout as sleep } from 'node:timers/promises';
import { WIRE_LIMITS, type Channel } from '@rig-ops/wire';
import type { SessionOutput } from './session-output.ts';

/** What comes alone goes at once; what comes right behind something else waits so long for more. */
const GATHER_MS = 1;
const GATHER_BYTES = 16 * 1024;

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
  /** When something was last sent, as `performance.now()`. */
  #sentAt = Number.NEGATIVE_INFINITY;
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
        if (this.#isFlood()) await sleep(GATHER_MS);
        const bytes = this.#next();
        if (bytes !== null) {
          this.#sentAt = performance.now();
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

  /** Whether more is likely to come at once: a terminal gives out 4 KiB at a time, and each piece has its price. */
  #isFlood(): boolean {
    const waiting = this.#output.bytes - this.#offset;
    const isLittle = waiting > 0 && waiting < GATHER_BYTES && !this.#output.ended;
    return isLittle && performance.now() - this.#sentAt < GATHER_MS;
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
