import type { RigError } from '@rig-ops/contract/errors';
import { ByteQueue } from './byte-queue.ts';
import { encodeData, encodeOffset } from './frame.ts';
import { FrameType, WIRE_LIMITS } from './protocol.ts';
import { violation } from './violation.ts';

interface OutboundStream {
  readonly stream: number;
  readonly queue: ByteQueue;
  /** Bytes handed to the transport. */
  sent: number;
  /** Bytes the other side has allowed from the beginning. */
  limit: number;
  ended: boolean;
  eofSent: boolean;
  /** Writers that wait until the queue is short again. */
  readonly waiting: PromiseWithResolvers<void>[];
}

/** The sending half of a channel's streams: what waits, what was sent, what may be sent. */
export class OutboundStreams {
  readonly #channel: number;
  readonly #windowBytes: number;
  readonly #streams: OutboundStream[] = [];
  #turn = 0;
  /** Called with its stream when a DATA frame is handed out. */
  onSent: ((stream: number) => void) | null = null;

  constructor(channel: number, windowBytes: number) {
    this.#channel = channel;
    this.#windowBytes = windowBytes;
  }

  /** Whether everything that was written has been sent, and every EOF. */
  get flushed(): boolean {
    return this.#streams.every((s) => s.queue.length === 0 && s.ended === s.eofSent);
  }

  /** Streams for which the other side has given credit. */
  get allowedStreams(): number[] {
    return this.#streams.filter((s) => s.limit > 0).map((s) => s.stream);
  }

  /** Bytes of all streams that were handed to the transport. */
  get sent(): number {
    return this.#streams.reduce((sum, { sent }) => sum + sent, 0);
  }

  sentOf(stream: number): number {
    return this.#stream(stream).sent;
  }

  limitOf(stream: number): number {
    return this.#stream(stream).limit;
  }

  /** Queues bytes; they must not change until they were sent or {@link settle} was called. */
  push(stream: number, bytes: Uint8Array): void {
    const state = this.#stream(stream);
    if (state.ended) throw new Error(`Stream ${stream} was ended`);
    state.queue.push(bytes);
  }

  /** Copies what could not be sent; resolves when no more than a window of the stream waits. */
  settle(stream: number): Promise<void> {
    const state = this.#stream(stream);
    state.queue.ownLast();
    if (state.queue.length <= this.#windowBytes) return Promise.resolve();
    const waiter = Promise.withResolvers<void>();
    state.waiting.push(waiter);
    return waiter.promise;
  }

  end(stream: number): void {
    this.#stream(stream).ended = true;
  }

  endAll(): void {
    for (const state of this.#streams) state.ended = true;
  }

  /** @throws RigError remote_protocol when the limit goes back */
  allow(stream: number, limit: number): void {
    const state = this.#stream(stream);
    if (limit < state.limit) throw violation(`CREDIT that takes back ${state.limit - limit} bytes`);
    state.limit = limit;
  }

  /** The next DATA or EOF frame, the streams taking turns; null when none may be sent now. */
  next(): Uint8Array | null {
    for (let tried = 0; tried < this.#streams.length; tried += 1) {
      this.#turn = (this.#turn + 1) % this.#streams.length;
      const state = this.#streams[this.#turn];
      const frame = state === undefined ? null : this.#nextOf(state);
      if (frame !== null) return frame;
    }
    return null;
  }

  /** Drops what waits; writers that wait fail with the error. */
  drop(error: RigError): void {
    for (const state of this.#streams) {
      state.queue.clear();
      state.eofSent = state.ended;
      for (const waiter of state.waiting.splice(0)) waiter.reject(error);
    }
  }

  #nextOf(state: OutboundStream): Uint8Array | null {
    const offset = state.sent;
    const bytes = state.queue.shift(Math.min(state.limit - offset, WIRE_LIMITS.dataBytes));
    if (bytes !== null) {
      state.sent += bytes.length;
      if (state.queue.length <= this.#windowBytes) {
        for (const waiter of state.waiting.splice(0)) waiter.resolve();
      }
      const frame = encodeData(this.#channel, state.stream, offset, bytes);
      this.onSent?.(state.stream);
      return frame;
    }
    if (state.queue.length > 0 || !state.ended || state.eofSent) return null;
    state.eofSent = true;
    return encodeOffset(FrameType.eof, this.#channel, state.stream, offset);
  }

  #stream(stream: number): OutboundStream {
    const known = this.#streams.find((s) => s.stream === stream);
    if (known !== undefined) return known;
    if (!Number.isInteger(stream) || stream < 0 || stream > 255) {
      throw new RangeError(`There is no stream ${stream}; streams are 0 to 255`);
    }
    const fresh: OutboundStream = {
      stream,
      queue: new ByteQueue(),
      sent: 0,
      limit: 0,
      ended: false,
      eofSent: false,
      waiting: [],
    };
    this.#streams.push(fresh);
    return fresh;
  }
}
