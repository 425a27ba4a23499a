import { createServer, type Server, type Socket } from 'node:net';
import { RigError } from '@rig-ops/contract/errors';
import type { WantedForward } from './parse-forward.ts';

/** Sockets that wait for connections on this machine. */
export interface LocalListener {
  /** As `127.0.0.1:5432`. */
  local: string;
  port: number;
  close(): void;
}

/** Codes of listen(2) and bind(2) for an address family that this machine does not have. */
const NO_SUCH_FAMILY = new Set(['EAFNOSUPPORT', 'EADDRNOTAVAIL']);

/**
 * Listens where a forward says. On loopback it is both of its addresses, as far as the second is there: what
 * connects to `localhost` tries either first.
 * @throws RigError `local_port_taken`, `invalid_input`
 */
export async function listen(
  { address, local }: WantedForward,
  onConnection: (socket: Socket) => void,
): Promise<LocalListener> {
  const servers: Server[] = [];
  const open = async (host: string, port: number) => {
    // Nothing is read of a connection before there is somebody at the other end.
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, onConnection);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port }, resolve);
    });
    servers.push(server);
    return (server.address() as { port: number }).port;
  };
  const host = address ?? '127.0.0.1';
  let port: number;
  try {
    port = await open(host, local);
  } catch (error) {
    throw toListenError(error, host, local);
  }
  if (address === null) await open('::1', port).catch(() => undefined);
  return {
    local: `${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    close: () => {
      for (const server of servers) server.close();
    },
  };
}

function toListenError(error: unknown, host: string, port: number): RigError {
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    return new RigError('local_port_taken', `Port ${port} of ${host} is taken by another program.`, {
      cause: error,
    });
  }
  if (code === 'EACCES') {
    const why = `Port ${port} may not be used by ordinary users.`;
    return new RigError('local_port_taken', why, { cause: error });
  }
  if (NO_SUCH_FAMILY.has(code)) {
    return new RigError('invalid_input', `${host} is no address of this machine.`, { cause: error });
  }
  return new RigError('local_port_taken', `Port ${port} of ${host} cannot be used (${code || message}).`, {
    cause: error,
  });
}
