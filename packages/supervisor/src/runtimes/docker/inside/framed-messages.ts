import type { MessageSocket } from '@rig-ops/wire';

const HEAD_BYTES = 4;
/** A little above what a frame of the session protocol may have. */
const MAX_MESSAGE_BYTES = 2 * 1024 * 1024;
const CLOSE_NORMAL = 1000;
const CLOSE_ABNORMAL = 1006;

/** Two directions of bytes, as two programs have them that are joined by pipes. */
export interface BytePipes {
  input: AsyncIterable<Buffer>;
  /** Resolves when it has left, or never will. */
  write: (bytes: Uint8Array) => Promise<unknown>;
  close: () => void;
}

/** Messages over pipes: each behind its length (32 bits, big-endian). What nobody reads is not read from the other side either. */
export function messagesOverPipes({ input, write, close }: BytePipes): MessageSocket & { start: () => void } {
  let buffered = 0;
  let over = false;
  const socket: MessageSocket & { start: () => void } = {
    onMessage: null,
    onClose: null,
    onDrain: null,
    get bufferedAmount() {
      return buffered;
    },
    send(message) {
      if (over) return;
      const frame = Buffer.allocUnsafe(HEAD_BYTES + message.length);
      frame.writeUInt32BE(message.length, 0);
      frame.set(message, HEAD_BYTES);
      buffered += frame.length;
      const sent = () => {
        buffered -= frame.length;
        socket.onDrain?.();
      };
      write(frame).then(sent, sent);
    },
    close(code, reason) {
      finish(code, reason);
    },
    /** Once there is somebody for the messages. */
    start() {
      void read();
    },
  };
  const finish = (code: number, reason: string): void => {
    if (over) return;
    over = true;
    close();
    socket.onClose?.(code, reason);
  };
  const read = async (): Promise<void> => {
    let held: Buffer = Buffer.alloc(0);
    try {
      for await (const chunk of input) {
        held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
        while (held.length >= HEAD_BYTES) {
          const length = held.readUInt32BE(0);
          if (length > MAX_MESSAGE_BYTES) throw new Error('a message that is too long');
          if (held.length < HEAD_BYTES + length) break;
          const message = Buffer.from(held.subarray(HEAD_BYTES, HEAD_BYTES + length));
          held = held.subarray(HEAD_BYTES + length);
          if (over) return;
          socket.onMessage?.(message);
        }
      }
      finish(CLOSE_NORMAL, '');
    } catch (error) {
      finish(CLOSE_ABNORMAL, (error as Error).message);
    }
  };
  return socket;
}
