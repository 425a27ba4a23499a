import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WIRE_SUBPROTOCOL } from '@rig-ops/contract/api-version';
import type { Connection, OpenRequest } from '@rig-ops/wire';
import type { Log } from '../log.ts';

type AcceptUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** One message of the session protocol: a frame of 64 KiB, or JSON of 1 MiB. */
const MAX_MESSAGE_BYTES = 2 * 1024 * 1024;

/** Turns upgrade requests into connections of the session protocol. Loaded when the first one comes. */
export async function createSessionServer(
  onOpen: (request: OpenRequest) => void,
  log: Log,
): Promise<AcceptUpgrade> {
  const [{ WebSocketServer }, { Connection }, { messageSocketOfWs }] = await Promise.all([
    import('ws'),
    import('@rig-ops/wire'),
    import('@rig-ops/wire/ws'),
  ]);
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE_BYTES,
    handleProtocols: (offered) => (offered.has(WIRE_SUBPROTOCOL) ? WIRE_SUBPROTOCOL : false),
  });
  return (request, socket, head) => {
    server.handleUpgrade(request, socket, head, (client) => {
      const connection = new Connection(messageSocketOfWs(client), { role: 'server', onOpen });
      void noteLoss(connection, log);
    });
  };
}

async function noteLoss({ closed }: Connection, log: Log): Promise<void> {
  const error = await closed;
  if (error !== undefined) log.info('a connection for sessions broke', { code: error.code });
}
