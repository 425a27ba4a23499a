import type { WebSocket } from 'ws';
import type { MessageSocket } from './message-socket.ts';

/** Status codes of RFC 6455 section 7.4.1. */
const CLOSE_ABNORMAL = 1006;
const CLOSE_UNSUPPORTED_DATA = 1003;

/**
 * Adapts a WebSocket of the `ws` package, open or about to be; a {@link Connection} may be made once it is
 * open. Its `maxPayload` should be a little above the 1 MiB that a frame may have, and permessage-deflate off.
 * What arrives before there is a Connection is kept, and the socket paused meanwhile.
 */
export function messageSocketOfWs(socket: WebSocket): MessageSocket {
  const early: Uint8Array[] = [];
  let onMessage: ((message: Uint8Array) => void) | null = null;
  const adapted: MessageSocket = {
    get onMessage() {
      return onMessage;
    },
    set onMessage(handler) {
      onMessage = handler;
      if (handler === null) return;
      for (const message of early.splice(0)) handler(message);
      if (socket.isPaused) socket.resume();
    },
    onClose: null,
    onDrain: null,
    get bufferedAmount() {
      return socket.bufferedAmount;
    },
    send(message) {
      // On a socket that is closing, `ws` would only report an error that `close` tells better.
      if (socket.readyState !== socket.OPEN) return;
      socket.send(message, { binary: true }, () => {
        freeMemory(message);
        adapted.onDrain?.();
      });
    },
    close(code, reason) {
      socket.close(code, reason);
    },
  };
  socket.binaryType = 'nodebuffer';
  socket.on('message', (data: Uint8Array, isBinary: boolean) => {
    if (!isBinary) {
      socket.close(CLOSE_UNSUPPORTED_DATA, 'binary messages only');
    } else if (onMessage === null) {
      early.push(data);
      socket.pause();
    } else {
      onMessage(data);
    }
  });
  let failure = '';
  socket.on('error', (error) => {
    failure = error.message;
  });
  socket.on('close', (code, reason) => {
    const why = reason.toString();
    adapted.onClose?.(failure === '' ? code : CLOSE_ABNORMAL, why === '' ? failure : why);
  });
  return adapted;
}

/**
 * `generateMask` of a WebSocket client over a way that nobody in between reads: a unix socket, TLS. RFC 6455 has
 * clients mask so that what a page sends cannot be taken for HTTP by a proxy; where there is none, a mask of zeroes
 * saves both sides from touching each byte.
 */
export function plainMask(mask: Uint8Array): void {
  mask.fill(0);
}

/** Of a message that is small it is not worth it. */
const LARGE_BYTES = 8 * 1024;

/** Gives the memory of a frame that has left back at once: left to the garbage collector, it is some 50 MiB of them. */
function freeMemory({ buffer, byteLength }: Uint8Array): void {
  const isOwn = byteLength === buffer.byteLength && buffer instanceof ArrayBuffer;
  if (isOwn && byteLength >= LARGE_BYTES) buffer.transfer(0);
}

export { WIRE_SUBPROTOCOL } from './protocol.ts';
