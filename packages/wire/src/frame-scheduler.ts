import type { MessageSocket } from './message-socket.ts';
import type { MuxChannel } from './mux-channel.ts';
import { WIRE_LIMITS } from './protocol.ts';

/**
 * Decides which frame goes next: the connection's own first, then one of each channel in turn, and none
 * while the transport has enough. So a flood on one channel delays another by a few frames at most.
 */
export class FrameScheduler {
  readonly #socket: MessageSocket;
  /** Of each kind the latest: a PONG that could not leave is of no use once there is another. */
  readonly #urgent = new Map<'hello' | 'ping' | 'pong', Uint8Array>();
  /** Channels that may have frames, in the order of their turns. */
  readonly #ring = new Set<MuxChannel>();
  #pumping = false;
  #started = false;
  #stopped = false;

  constructor(socket: MessageSocket) {
    this.#socket = socket;
  }

  /** Whether nothing waits that could be sent. */
  get idle(): boolean {
    return this.#stopped || (this.#ring.size === 0 && this.#urgent.size === 0);
  }

  urgent(kind: 'hello' | 'ping' | 'pong', frame: Uint8Array): void {
    this.#urgent.set(kind, frame);
    this.pump();
  }

  /** Nothing leaves before. */
  start(): void {
    this.#started = true;
    this.pump();
  }

  wake(channel: MuxChannel): void {
    this.#ring.add(channel);
    this.pump();
  }

  stop(): void {
    this.#stopped = true;
    this.#ring.clear();
  }

  pump(): void {
    if (this.#pumping || !this.#started) return;
    this.#pumping = true;
    try {
      while (!this.#stopped && this.#socket.bufferedAmount < WIRE_LIMITS.bufferedBytes) {
        const frame = this.#next();
        if (frame === null) break;
        this.#socket.send(frame);
      }
    } finally {
      this.#pumping = false;
    }
  }

  #next(): Uint8Array | null {
    for (const [kind, frame] of this.#urgent) {
      this.#urgent.delete(kind);
      return frame;
    }
    for (const channel of this.#ring) {
      this.#ring.delete(channel);
      const frame = channel.nextFrame();
      if (frame === null) continue;
      // Behind the others: a Set keeps the order of insertion.
      this.#ring.add(channel);
      return frame;
    }
    return null;
  }
}
