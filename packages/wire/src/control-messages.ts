import { encodeJsonFrame } from './frame.ts';
import { FrameType, WIRE_LIMITS } from './protocol.ts';
import { violation } from './violation.ts';

/** CONTROL of a channel in both directions: what waits for the network, and what waits for a handler. */
export class ControlMessages {
  readonly #channel: number;
  readonly #outgoing: Uint8Array[] = [];
  readonly #unread: unknown[] = [];
  #handler: ((message: unknown) => void) | null = null;

  constructor(channel: number) {
    this.#channel = channel;
  }

  /** Whether nothing waits to be sent. */
  get flushed(): boolean {
    return this.#outgoing.length === 0;
  }

  get handler(): ((message: unknown) => void) | null {
    return this.#handler;
  }
  set handler(handler: ((message: unknown) => void) | null) {
    this.#handler = handler;
    if (handler !== null) for (const message of this.#unread.splice(0)) handler(message);
  }

  /** @returns whether there was room for it */
  push(message: unknown): boolean {
    if (this.#outgoing.length >= WIRE_LIMITS.controlMessages) return false;
    this.#outgoing.push(encodeJsonFrame(FrameType.control, this.#channel, message));
    return true;
  }

  next(): Uint8Array | null {
    return this.#outgoing.shift() ?? null;
  }

  /** @throws RigError remote_protocol when too many wait for a handler */
  receive(message: unknown): void {
    if (this.#handler !== null) {
      this.#handler(message);
      return;
    }
    if (this.#unread.length >= WIRE_LIMITS.controlMessages) throw violation('too many messages');
    this.#unread.push(message);
  }

  drop(): void {
    this.#outgoing.length = 0;
    this.#unread.length = 0;
  }
}
