/** A transport of whole binary messages, in order and without loss while it lives. */
export interface MessageSocket {
  /** The message is the transport's from here on: its memory may be used for something else once it has left. */
  send(message: Uint8Array): void;
  /** Bytes accepted by send() and not yet handed to the network. */
  readonly bufferedAmount: number;
  /** Set once by the Connection. */
  onMessage: ((message: Uint8Array) => void) | null;
  onClose: ((code: number, reason: string) => void) | null;
  /** Called when bufferedAmount has gone down after it was high; may be null. */
  onDrain: (() => void) | null;
  /** Ends the transport with a status code of RFC 6455 section 7.4; what was sent goes out first. */
  close(code: number, reason: string): void;
}
