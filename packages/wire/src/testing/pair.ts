import type { Channel, OpenRequest } from '../channel.ts';
import { Connection } from '../connection.ts';
import { type PairedSocket, socketPair } from './socket-pair.ts';

export interface ConnectionPair {
  client: Connection;
  server: Connection;
  clientSocket: PairedSocket;
  serverSocket: PairedSocket;
}

export interface PairOptions {
  onOpen?: (request: OpenRequest) => void;
  windowBytes?: number;
  /** The window of the client where it is another one. */
  nearWindowBytes?: number;
}

/** A client and a server joined in memory, without keep-alive. */
export function connectPair(options: PairOptions = {}): ConnectionPair {
  const [clientSocket, serverSocket] = socketPair();
  const { onOpen, nearWindowBytes, ...rest } = options;
  const server = new Connection(serverSocket, {
    role: 'server',
    keepAliveMs: 0,
    ...rest,
    ...(onOpen === undefined ? {} : { onOpen }),
  });
  const nearOptions = nearWindowBytes === undefined ? rest : { windowBytes: nearWindowBytes };
  const client = new Connection(clientSocket, { role: 'client', keepAliveMs: 0, ...nearOptions });
  return { client, server, clientSocket, serverSocket };
}

/** A pair with one accepted channel: the end that opened it and the end that accepted it. */
export async function openPair(
  options: { windowBytes?: number } = {},
): Promise<ConnectionPair & { near: Channel; far: Channel }> {
  const accepted = Promise.withResolvers<Channel>();
  const pair = connectPair({ ...options, onOpen: (request) => accepted.resolve(request.accept()) });
  const near = pair.client.open('test', {});
  return { ...pair, near, far: await accepted.promise };
}

export async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Lets messages that are under way arrive: many turns of the event loop, no time. */
export async function settle(turns = 200): Promise<void> {
  for (let i = 0; i < turns; i += 1) await new Promise((resolve) => setImmediate(resolve));
}
