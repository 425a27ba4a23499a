import type { RigError } from '@rig-ops/contract/errors';
import { ByteQueue } from './byte-queue.ts';
import { encodeOffset } from './frame.ts';
import { FrameType } from './protocol.ts';
import { violation } from './violation.ts';

interface InboundStream {
  readonly queue: ByteQueue;
  received: number;
  /** Bytes the other side may send, from the beginning. */
  granted: number;
  /** The `granted` that the other side was last told. */
  told: number;
  eof: boolean;
  hasReader: boolean;
  wake: (() => void) | null;
}

/** The receiving half of a channel's streams: checks what arrives, keeps it for its reader, gives credit. */
export class InboundStreams {
  readonly #channel: number;
  readonly #windowBytes: number;
  readonly #onCredit: () => void;
  readonly #streams = new Map<number, InboundStream>();
  readonly #untold = new Set<number>();
  #ended = false;
  #end: { error: RigError | undefined } | null = null;

  constructor(channel: number, windowBytes: number, onCredit: () => void) {
    this.#channel = channel;
    this.#windowBytes = windowBytes;
    this.#onCredit = onCredit;
  }

  /** Whether nobody has read yet. */
  get untouched(): boolean {
    return [...this.#streams.values()].every((s) => s.granted === 0 && !s.hasReader);
  }

  /** Streams the other side has ended. */
  get endedStreams(): number[] {
    return [...this.#streams].filter(([, s]) => s.eof).map(([stream]) => stream);
  }

  /**
   * Checks a DATA frame against its stream.
   * @throws RigError remote_protocol on a hole, a repetition, data behind EOF or beyond the credit
   */
  receive(stream: number, offset: number, bytes: Uint8Array): void {
    const state = this.#stream(stream);
    if (state.eof || this.#ended) throw violation('data behind the end of a stream');
    if (offset !== state.received) throw violation(`data at offset ${offset} instead of ${state.received}`);
    state.received += bytes.length;
    if (state.received > state.granted) throw violation('more data than there was credit for');
  }

  /** Keeps received bytes for the reader of the stream. */
  keep(stream: number, bytes: Uint8Array): void {
    if (this.#end !== null) return;
    const state = this.#stream(stream);
    state.queue.push(bytes);
    state.wake?.();
  }

  /** @throws RigError remote_protocol when the final offset is another one */
  receiveEof(stream: number, offset: number): void {
    const state = this.#stream(stream);
    if (state.eof || this.#ended) throw violation('a second end of a stream');
    if (offset !== state.received) throw violation(`an end at offset ${offset} instead of ${state.received}`);
    state.eof = true;
    state.wake?.();
  }

  /** No stream will bring more: what has arrived is all there is. */
  endAll(): void {
    this.#ended = true;
    for (const state of this.#streams.values()) state.wake?.();
  }

  /** The channel is over: readers get what is kept, then the error; without one they end at once. */
  finish(error: RigError | undefined): void {
    if (this.#end !== null) return;
    this.#end = { error };
    for (const state of this.#streams.values()) {
      if (error === undefined && !this.#ended && !state.eof) state.queue.clear();
      state.wake?.();
    }
  }

  grantedOf(stream: number): number {
    return this.#stream(stream).granted;
  }

  /** Allows the other side to send up to `limit` bytes of the stream from its beginning. */
  grant(stream: number, limit: number): void {
    const state = this.#stream(stream);
    if (limit <= state.granted || state.eof || this.#ended || this.#end !== null) return;
    state.granted = limit;
    this.#untold.add(stream);
    this.#onCredit();
  }

  /** The next CREDIT frame; null when the other side knows all. */
  nextCredit(): Uint8Array | null {
    for (const stream of this.#untold) {
      this.#untold.delete(stream);
      const state = this.#stream(stream);
      if (state.eof || this.#ended || state.told === state.granted) continue;
      state.told = state.granted;
      return encodeOffset(FrameType.credit, this.#channel, stream, state.granted);
    }
    return null;
  }

  /** The reader of a stream; gives credit for the first window at once. */
  read(stream: number): AsyncIterable<Uint8Array> {
    const state = this.#stream(stream);
    if (state.hasReader) throw new Error(`Stream ${stream} has a reader already`);
    state.hasReader = true;
    this.grant(stream, this.#windowBytes);
    return this.#chunks(stream, state);
  }

  async *#chunks(stream: number, state: InboundStream): AsyncGenerator<Uint8Array> {
    let consumed = 0;
    for (;;) {
      const bytes = state.queue.shift(Number.POSITIVE_INFINITY);
      if (bytes !== null) {
        yield bytes;
        // Only now has the reader done with it: credit given earlier would let memory grow past the window.
        consumed += bytes.length;
        const limit = consumed + this.#windowBytes;
        if (limit - state.granted >= this.#windowBytes / 2) this.grant(stream, limit);
      } else if (state.eof || this.#ended) {
        return;
      } else if (this.#end !== null) {
        if (this.#end.error === undefined) return;
        throw this.#end.error;
      } else {
        await new Promise<void>((resolve) => {
          state.wake = resolve;
        });
        state.wake = null;
      }
    }
  }

  #stream(stream: number): InboundStream {
    const known = this.#streams.get(stream);
    if (known !== undefined) return known;
    if (!Number.isInteger(stream) || stream < 0 || stream > 255) {
      throw new RangeError(`There is no stream ${stream}; streams are 0 to 255`);
    }
    const fresh: InboundStream = {
      queue: new ByteQueue(),
      received: 0,
      granted: 0,
      told: 0,
      eof: false,
      hasReader: false,
      wake: null,
    };
    this.#streams.set(stream, fresh);
    return fresh;
  }
}
