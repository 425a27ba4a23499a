import type { ErrorDocument, RigError } from '@rig-ops/contract/errors';

/** One conversation inside a connection: byte streams 0 to 255 in both directions, messages, one outcome. */
export interface Channel {
  readonly id: number;
  /** What ACCEPT carried; rejects with the RigError of a refusal or connection_lost. */
  readonly accepted: Promise<unknown>;
  /**
   * Queues bytes of a stream (they are copied unless they leave at once).
   * @returns when no more than one window of the stream waits to be sent: the backpressure
   * @throws RigError when the channel is over; `cancelled` when the other side closed it in order
   */
  write(stream: number, bytes: Uint8Array): Promise<void>;
  /** Half-close of one stream, behind what was written. */
  end(stream: number): void;
  /**
   * Bytes of one stream in order; returns credit as they are consumed; ends at EOF, and when this side
   * closes the channel in order. Until somebody reads a stream, the other side may not send on it.
   * One reader per stream; one that stops early stops the sender.
   * @throws RigError the channel's error if it breaks before EOF
   */
  read(stream: number): AsyncIterable<Uint8Array>;
  /** Sends a JSON message; it overtakes data that waits for credit. */
  control(message: unknown): void;
  /** Messages that arrive before it is set are kept for it. */
  onControl: ((message: unknown) => void) | null;
  /** Sender: final outcome, behind the data of all streams; it ends them. */
  exit(outcome: unknown): void;
  /** Receiver: resolves with EXIT's JSON; rejects with connection_lost or the CLOSE error when none came. */
  readonly exited: Promise<unknown>;
  /**
   * Ends the channel. Without an error what was written goes out first, unless the other side has sent
   * its outcome; with an error it ends at once and the peer sees the error.
   */
  close(error?: ErrorDocument): void;
  /** Resolves when it is over for any reason; with the error if there was one. */
  readonly closed: Promise<RigError | undefined>;
}

/** A channel that the other side wants to open. Answer it once. */
export interface OpenRequest {
  readonly kind: string;
  readonly params: unknown;
  /** Id of the invocation it belongs to, when the other side said one: several may share a connection. */
  readonly invocation: string | undefined;
  /** Sends ACCEPT with JSON. When the other side has given up meanwhile, the channel is over already. */
  accept(accepted?: unknown): Channel;
  /** Sends CLOSE with the error. */
  refuse(error: ErrorDocument): void;
}
