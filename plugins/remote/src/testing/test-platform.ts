import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { RigClient } from '@rig-ops/client';
import type { CommandParams, SessionAccepted } from '@rig-ops/contract/channels';
import { RigError, toErrorDocument } from '@rig-ops/contract/errors';
import { type Channel, Connection, type OpenRequest } from '@rig-ops/wire';
import { messageSocketOfWs } from '@rig-ops/wire/ws';
import { type WebSocket, WebSocketServer } from 'ws';

export interface TestPlatform {
  client: RigClient;
  rigHome: string;
  /** What was asked for, in order. */
  asked: CommandParams[];
  sockets: WebSocket[];
  connections: Connection[];
}

/** A platform that can do nothing but open channels of kind `command`. */
export async function startPlatform(
  t: TestContext,
  handle: (request: OpenRequest) => void,
): Promise<TestPlatform> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  await once(server, 'listening');
  const rigHome = await mkdtemp(join(tmpdir(), 'rig-remote-'));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new RigClient({ name: 'test', token: 'token', url });
  const platform: TestPlatform = { client, rigHome, asked: [], sockets: [], connections: [] };
  server.on('connection', (socket) => {
    platform.sockets.push(socket);
    const connection = new Connection(messageSocketOfWs(socket), {
      role: 'server',
      onOpen: (request) => {
        // Sessions of this one end with their connection.
        if (request.kind === 'attach') {
          request.refuse(toErrorDocument(new RigError('not_found', 'There is no such session.')));
          return;
        }
        platform.asked.push(request.params as CommandParams);
        handle(request);
      },
    });
    platform.connections.push(connection);
  });
  t.after(async () => {
    await client.close();
    for (const socket of platform.sockets) socket.terminate();
    server.close();
    await once(server, 'close');
    await rm(rigHome, { recursive: true });
  });
  return platform;
}

/** What results say of a session. */
export const place = { session: 's-1', instance: 'web.1' };

export const accepted: SessionAccepted = {
  ...place,
  client: 'cli-1',
  mode: 'write',
  terminal: false,
  offsets: { stdin: 0, stdout: 0, stderr: 0 },
  limits: { reconnectSeconds: 60, detachedSeconds: 60, idleSeconds: null, maximumSeconds: null },
  recorded: false,
};

/** Plays a program: runs `body` and ends with its exit code, or with what it says itself. */
export function program(
  body: (channel: Channel, write: (stream: 1 | 2, bytes: Uint8Array) => Promise<void>) => Promise<number>,
): (request: OpenRequest) => void {
  return (request) => {
    const channel = request.accept(accepted);
    const bytes = { 1: 0, 2: 0 };
    const write = async (stream: 1 | 2, chunk: Uint8Array) => {
      bytes[stream] += chunk.length;
      await channel.write(stream, chunk);
    };
    body(channel, write).then(
      (exitCode) =>
        channel.exit({ exitCode, signal: null, stdoutBytes: bytes[1], stderrBytes: bytes[2], end: 'exited' }),
      // The channel is over, which ends the program.
      () => undefined,
    );
  };
}

export async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}
