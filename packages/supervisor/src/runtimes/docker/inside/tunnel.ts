// Many connections to ports of the container's own loopback, over one pair of pipes.
import { connect, type Socket } from 'node:net';
import { RigError, toErrorDocument } from '@rig-ops/contract/errors';
import { Connection, type OpenRequest } from '@rig-ops/wire';
import { tunnel } from '@rig-ops/wire/tcp';
import { messagesOverPipes } from './framed-messages.ts';

const CONNECT_MS = 10_000;
const ADDRESSES = ['127.0.0.1', '::1'];
const STREAMS = { out: 1, in: 0 };

/** Serves channels of kinds `ports` and `tcp` until stdin ends. */
export async function serveTunnel(ports: () => { port: number }[]): Promise<void> {
  const socket = messagesOverPipes({
    input: process.stdin as AsyncIterable<Buffer>,
    write: async (bytes) => await new Promise((resolve) => process.stdout.write(bytes, resolve)),
    close: () => process.stdin.destroy(),
  });
  const connection = new Connection(socket, {
    role: 'server',
    onOpen: (request) => {
      if (request.kind === 'ports') request.accept(ports().map(({ port }) => port)).close();
      else void carry(request);
    },
  });
  socket.start();
  await connection.closed;
  process.exit(0);
}

async function carry(request: OpenRequest): Promise<void> {
  const { port } = request.params as { port: number };
  for (const host of ADDRESSES) {
    const socket = await open(host, port);
    if (socket === null) continue;
    await tunnel(socket, request.accept(), STREAMS);
    return;
  }
  request.refuse(toErrorDocument(new RigError('port_refused', `Port ${port} did not take the connection.`)));
}

async function open(host: string, port: number): Promise<Socket | null> {
  return await new Promise<Socket | null>((resolve) => {
    const socket = connect({ host, port, allowHalfOpen: true });
    const fail = () => {
      socket.destroy();
      resolve(null);
    };
    const timer = setTimeout(fail, CONNECT_MS);
    socket.once('error', fail);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', fail);
      resolve(socket);
    });
  });
}
