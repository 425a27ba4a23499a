import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEFAULT_WINDOW_BYTES, WIRE_LIMITS } from '@rig-ops/wire';
import { OutputRing } from './output-ring.ts';

/** What is kept of each stream. */
const RING_BYTES = 1024 * 1024;
/**
 * So much can be between here and a client without having reached it: a window that waits for credit, a window
 * under way, and what was handed over last. It must stay in the ring for a client that comes back.
 */
const UNDER_WAY_BYTES = 2 * DEFAULT_WINDOW_BYTES + WIRE_LIMITS.dataBytes;
/** What the kernel and Node can hold of a program that has ended: a pipe, what was read last, and one chunk more. */
const DRAIN_BYTES = 3 * WIRE_LIMITS.dataBytes;
/** How far one who must not miss anything may be behind before the program is held back. */
const HOLD_BYTES = RING_BYTES - UNDER_WAY_BYTES - DRAIN_BYTES;
/** How long a background process may hold a stream open behind the end of the program, once it is silent. */
const LINGER_MS = 1_000;
/** More than the kernel and Node can hold of what the program itself wrote. */
const LINGER_BYTES = 1024 * 1024;

/** One who takes a stream. */
export interface OutputTaker {
  /** Offset of the first byte it was not given. */
  readonly offset: number;
  /** Whether the program waits for it. */
  readonly holds: boolean;
  /** There is more, or the end. */
  wake(): void;
}

/** Called with all that comes; the program is held back while what it answers is pending. */
export type OnData = (bytes: Uint8Array) => Promise<void> | undefined;

/** One output stream of a session: kept in a ring, from which each client takes at its own pace. */
export class SessionOutput {
  readonly ring: OutputRing;
  readonly #source: Readable;
  readonly #takers = new Set<OutputTaker>();
  readonly #onData: OnData;
  #held = false;
  /** Who is to have taken what came before more may come. */
  #waits = 0;
  #holdBytes = HOLD_BYTES;
  #ended = false;
  /** Settles when nothing more will come. */
  readonly done: Promise<void>;

  constructor(source: Readable, onData: OnData, ringBytes = RING_BYTES) {
    this.#source = source;
    this.#onData = onData;
    this.ring = new OutputRing(ringBytes);
    source.on('data', (chunk: Buffer) => this.#take(chunk));
    // Whoever still holds the other end of a destroyed one is not waited for.
    source.on('error', () => undefined);
    this.done = new Promise((resolve) => {
      const end = () => {
        this.#ended = true;
        resolve();
        for (const taker of this.#takers) taker.wake();
      };
      if (source.destroyed) end();
      else source.once('end', end).once('close', end);
    });
  }

  /** Bytes so far. */
  get bytes(): number {
    return this.ring.end;
  }

  /** Whether nothing more will come. */
  get ended(): boolean {
    return this.#ended;
  }

  add(taker: OutputTaker): void {
    this.#takers.add(taker);
    this.balance();
  }

  remove(taker: OutputTaker): void {
    this.#takers.delete(taker);
    this.balance();
  }

  /** To be called when a taker has moved on, or holds the program no more. */
  balance(): void {
    const hold = this.#mustHold();
    if (hold === this.#held) return;
    this.#held = hold;
    if (hold) this.#source.pause();
    else this.#source.resume();
  }

  /** The program has ended: waits for its last bytes, and not much longer for those of what it left behind. */
  async finish(): Promise<void> {
    const atEnd = this.bytes;
    // All that can still come has room in the ring.
    this.#holdBytes += DRAIN_BYTES;
    this.balance();
    for (;;) {
      const before = this.bytes;
      const ended = await Promise.race([this.done.then(() => true), sleep(LINGER_MS, false, { ref: false })]);
      if (ended) return;
      const underWay = this.#held || this.bytes > before || this.#source.readableLength > 0;
      if (!underWay || this.bytes - atEnd > LINGER_BYTES) break;
    }
    this.#source.destroy();
    await this.done;
  }

  /** Adds what the platform has to say, behind all that the program has printed. */
  say(text: string): void {
    this.#take(Buffer.from(text));
  }

  #take(chunk: Buffer): void {
    this.ring.append(chunk);
    const taken = this.#onData(chunk);
    if (taken !== undefined) void this.#waitFor(taken);
    for (const taker of this.#takers) taker.wake();
    this.balance();
  }

  async #waitFor(taken: Promise<void>): Promise<void> {
    this.#waits += 1;
    await taken;
    this.#waits -= 1;
    this.balance();
  }

  #mustHold(): boolean {
    if (this.#waits > 0) return true;
    for (const { holds, offset } of this.#takers)
      if (holds && this.ring.end - offset > this.#holdBytes) return true;
    return false;
  }
}
