import type { MessageSocket } from '../message-socket.ts';

export interface PairedSocket extends MessageSocket {
  /** Holds back what the other side sends, so that its bufferedAmount grows. */
  pause(): void;
  resume(): void;
  /** Ends the transport without a word. */
  break(): void;
}

/** Two ends of a transport in memory; messages arrive one at a time in later turns of the event loop. */
export function socketPair(): [PairedSocket, PairedSocket] {
  const a = new MemorySocket();
  const b = new MemorySocket();
  a.peer = b;
  b.peer = a;
  return [a, b];
}

class MemorySocket implements PairedSocket {
  onMessage: ((message: Uint8Array) => void) | null = null;
  onClose: ((code: number, reason: string) => void) | null = null;
  onDrain: (() => void) | null = null;
  bufferedAmount = 0;
  peer: MemorySocket | null = null;
  #inbox: Uint8Array[] = [];
  #paused = false;
  #scheduled = false;
  #ending: { code: number; reason: string } | null = null;
  #ended = false;

  send(message: Uint8Array): void {
    if (this.#ended || this.peer === null) return;
    this.bufferedAmount += message.length;
    this.peer.#inbox.push(message);
    this.peer.#schedule();
  }

  close(code: number, reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    if (this.peer !== null) this.peer.#end(code, reason);
    setImmediate(() => this.onClose?.(code, reason));
  }

  break(): void {
    this.#ended = true;
    if (this.peer !== null) this.peer.#end(1006, '');
    setImmediate(() => this.onClose?.(1006, ''));
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#schedule();
  }

  #end(code: number, reason: string): void {
    this.#ending = { code, reason };
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#deliver());
  }

  #deliver(): void {
    this.#scheduled = false;
    if (this.#paused) return;
    const message = this.#inbox.shift();
    if (message !== undefined) {
      if (this.peer !== null) this.peer.bufferedAmount -= message.length;
      if (!this.#ended) this.onMessage?.(message);
      this.peer?.onDrain?.();
      this.#schedule();
    } else if (this.#ending !== null && !this.#ended) {
      this.#ended = true;
      this.onClose?.(this.#ending.code, this.#ending.reason);
    }
  }
}
