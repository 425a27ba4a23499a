import type { MessageSocket } from '@rig-ops/wire';

/** A browser does not say when its buffer has gone down. */
const LOOK_EVERY_MS = 8;

/** Adapts an open WebSocket of a browser. What arrives before there is a Connection is kept for it. */
export function messageSocketOfBrowser(socket: WebSocket): MessageSocket {
  const early: Uint8Array[] = [];
  let onMessage: ((message: Uint8Array) => void) | null = null;
  let looking = false;
  const look = () => {
    looking = socket.bufferedAmount > 0 && socket.readyState === WebSocket.OPEN;
    if (looking) setTimeout(look, LOOK_EVERY_MS);
    adapted.onDrain?.();
  };
  const adapted: MessageSocket = {
    get onMessage() {
      return onMessage;
    },
    set onMessage(handler) {
      onMessage = handler;
      if (handler !== null) for (const message of early.splice(0)) handler(message);
    },
    onClose: null,
    onDrain: null,
    get bufferedAmount() {
      return socket.bufferedAmount;
    },
    send(message) {
      if (socket.readyState !== WebSocket.OPEN) return;
      socket.send(message as Uint8Array<ArrayBuffer>);
      if (looking) return;
      looking = true;
      setTimeout(look, 0);
    },
    close(code, reason) {
      // A page may close with 1000 and with codes of its own alone.
      if (code === 1000) socket.close(code, reason);
      else socket.close(4000, reason.slice(0, 40));
    },
  };
  socket.binaryType = 'arraybuffer';
  socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (!(data instanceof ArrayBuffer)) {
      socket.close(4003, 'binary messages only');
      return;
    }
    const message = new Uint8Array(data);
    if (onMessage === null) early.push(message);
    else onMessage(message);
  });
  socket.addEventListener('close', ({ code, reason }) => adapted.onClose?.(code, reason));
  return adapted;
}
