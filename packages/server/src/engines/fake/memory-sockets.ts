import type { MessageSocket } from '@rig-ops/wire';

const createUnjoined = (): MessageSocket => ({
  send: () => undefined,
  bufferedAmount: 0,
  onMessage: null,
  onClose: null,
  onDrain: null,
  close: () => undefined,
});

/** Two message sockets that are joined in memory; messages arrive in a later turn, as over a network. */
export function createMemorySockets(): [MessageSocket, MessageSocket] {
  let closed = false;
  const left = createUnjoined();
  const right = createUnjoined();
  const join = (from: MessageSocket, to: MessageSocket) => {
    from.send = (message) => {
      const copy = message.slice();
      setImmediate(() => {
        if (!closed) to.onMessage?.(copy);
      });
    };
    from.close = (code, reason) => {
      setImmediate(() => {
        if (closed) return;
        closed = true;
        to.onClose?.(code, reason);
        from.onClose?.(code, reason);
      });
    };
  };
  join(left, right);
  join(right, left);
  return [left, right];
}
