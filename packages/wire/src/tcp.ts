import type { Socket } from 'node:net';
import { isRigError, RigError, toErrorDocument } from '@rig-ops/contract/errors';
import type { Channel } from './channel.ts';

/** How a TCP connection went that was carried over a channel. */
export interface TunnelEnd {
  /** Bytes of the socket that the channel took. */
  sent: number;
  /** Bytes of the channel that the socket took. */
  received: number;
  /** Why it broke; undefined when both directions came to their end. */
  error: RigError | undefined;
}

/**
 * Carries a TCP connection over an accepted channel until both are over: bytes as fast as the slower side takes
 * them, FIN as EOF of its direction while the other goes on, and RST as an end with an error, both ways. The
 * socket must have been made with `allowHalfOpen`, and nobody may have read it. Does not fail.
 * @param streams of the channel: what the socket sends goes out on `out`, `in` goes to the socket
 */
export async function tunnel(
  socket: Socket,
  channel: Channel,
  streams: { out: number; in: number },
): Promise<TunnelEnd> {
  const end: TunnelEnd = { sent: 0, received: 0, error: undefined };
  let over = false;
  let sendingDone = false;
  const broken = Promise.withResolvers<void>();
  const fail = (thrown: unknown) => {
    if (over) return;
    over = true;
    end.error = toError(thrown);
    channel.close(toErrorDocument(end.error));
    socket.resetAndDestroy();
    broken.resolve();
  };
  socket.on('error', fail);
  socket.on('close', () => {
    // Destroyed by its owner: an end in order is seen by both directions before.
    if (!socket.readableEnded || !socket.writableFinished) fail(lost('The connection was cut.'));
  });
  socket.setNoDelay(true);

  const send = async () => {
    // Node's own iteration would destroy the socket at the end of what it reads, and with it the other direction.
    for await (const bytes of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      await channel.write(streams.out, bytes);
      end.sent += bytes.length;
    }
    channel.end(streams.out);
    sendingDone = true;
  };
  const receive = async () => {
    for await (const bytes of channel.read(streams.in)) {
      if (!socket.write(bytes)) await drained(socket);
      end.received += bytes.length;
    }
    await new Promise<void>((resolve) => socket.end(resolve));
  };
  // While the socket is silent, nothing else would notice that the other side has gone.
  const watch = async () => {
    const error = await channel.closed;
    if (error !== undefined) fail(error);
    else if (!sendingDone) fail(lost('The other side closed the connection.'));
  };
  void watch();
  const both = Promise.all([send(), receive()]).then(() => undefined, fail);
  await Promise.race([both, broken.promise]);
  over = true;
  channel.close();
  // What was written goes out first, and the other side may break before it has all of it.
  end.error ??= await channel.closed;
  return end;
}

async function drained(socket: Socket): Promise<void> {
  if (socket.destroyed) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      socket.off('drain', done);
      socket.off('close', done);
      resolve();
    };
    socket.on('drain', done);
    socket.on('close', done);
  });
}

const lost = (message: string) => new RigError('connection_lost', message);

function toError(thrown: unknown): RigError {
  if (isRigError(thrown)) return thrown;
  const { code, message } = thrown as NodeJS.ErrnoException;
  return lost(code === 'ECONNRESET' || code === 'EPIPE' ? 'The connection was reset.' : (code ?? message));
}
