import { WIRE_SUBPROTOCOL } from '@rig-ops/contract/api-version';
import type { ChannelKind } from '@rig-ops/contract/channels';
import { CONNECT_PATH } from '@rig-ops/contract/route-table';
import { type Channel, Connection } from '@rig-ops/wire';
import { ApiError } from './api-error.ts';
import { call } from './call.ts';
import { messageSocketOfBrowser } from './message-socket-of-browser.ts';

/** Of the parameters of a channel, those that say what it is about. */
const NAMING = ['app', 'network', 'session', 'build', 'deploy'] as const;

/**
 * Opens a channel, on a connection of its own that ends with it: a ticket opens one. What happens to it later is
 * told by the channel. `signal` closes it; `drop` ends the connection without a word, so that a session waits.
 * @throws ApiError where no ticket is given, and `unreachable` where the platform does not answer
 */
export async function openChannel(
  kind: ChannelKind,
  params: Readonly<Record<string, unknown>>,
  { signal, drop }: { signal?: AbortSignal; drop?: AbortSignal } = {},
): Promise<Channel> {
  const named = Object.fromEntries(
    NAMING.flatMap((name) => (typeof params[name] === 'string' ? [[name, params[name]]] : [])),
  );
  const { ticket } = await call('createTicket', {
    body: { channel: kind, ...named },
    ...(signal === undefined ? {} : { signal }),
  });
  const socket = await connect(ticket, signal);
  const lose = () => socket.close();
  drop?.addEventListener('abort', lose, { once: true });
  if (drop?.aborted === true) lose();
  const connection = new Connection(messageSocketOfBrowser(socket), { role: 'client' });
  const channel = connection.open(kind, params);
  const end = () => channel.close();
  signal?.addEventListener('abort', end, { once: true });
  void channel.closed.then(() => {
    signal?.removeEventListener('abort', end);
    drop?.removeEventListener('abort', lose);
    return connection.close();
  });
  return channel;
}

async function connect(ticket: string, signal: AbortSignal | undefined): Promise<WebSocket> {
  const url = new URL(CONNECT_PATH, location.origin);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(url, [WIRE_SUBPROTOCOL, `rig.ticket.${ticket}`]);
  socket.binaryType = 'arraybuffer';
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const stop = () => reject(signal?.reason as Error);
  signal?.addEventListener('abort', stop, { once: true });
  socket.addEventListener('open', () => resolve(), { once: true });
  socket.addEventListener(
    'close',
    () => reject(new ApiError({ code: 'unreachable', message: 'The platform does not answer.' }, 0)),
    { once: true },
  );
  try {
    signal?.throwIfAborted();
    await promise;
  } catch (error) {
    socket.close();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
  return socket;
}
