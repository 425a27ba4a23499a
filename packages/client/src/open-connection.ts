import type { Agent, IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { CONNECT_PATH } from '@rig-ops/contract/routes';
import { Connection, WIRE_SUBPROTOCOL } from '@rig-ops/wire';
import { messageSocketOfWs, plainMask } from '@rig-ops/wire/ws';
import { WebSocket } from 'ws';
import { type Endpoint, identifyingHeaders } from './http/endpoint.ts';
import { readAnswer } from './http/read-answer.ts';
import { attemptPatiently } from './http/restart-patience.ts';
import { toTransportError } from './http/transport-error.ts';
import type { Target } from './target.ts';

/** Repeats the path of contract, whose module loads a schema library; the compiler compares. */
const connectPath: typeof CONNECT_PATH = '/v1/connect';
const HANDSHAKE_MS = 20_000;
/** The largest frame is a JSON one of 1 MiB; this leaves room for its head. */
const MAX_MESSAGE_BYTES = 2 * 1024 * 1024;
/** Of a refusal of the upgrade. */
const MAX_REFUSAL_BYTES = 64 * 1024;

export interface ConnectionWay {
  keepAliveMs?: number | undefined;
  /** Whether a socket that nobody listens on is waited for, as while rigd is started again. */
  isPatient?: boolean;
}

/** Opens the multiplexed connection. Throws the platform's refusal, or what stood in the way. */
export async function openConnection(
  target: Target,
  endpoint: Endpoint,
  agent: Agent,
  { isPatient = true, keepAliveMs }: ConnectionWay = {},
): Promise<Connection> {
  const open = async () => openOnce(target, endpoint, await wayTo(endpoint, agent), keepAliveMs);
  try {
    return endpoint.socketPath === undefined || !isPatient
      ? await open()
      : await attemptPatiently(open, { idempotent: true, signal: undefined });
  } catch (error) {
    throw toTransportError(error, target);
  }
}

type Way = { agent: Agent } | { createConnection: () => Socket };

/** How the WebSocket's own connection is made. */
async function wayTo(endpoint: Endpoint, agent: Agent): Promise<Way> {
  const { socketPath, secure, proxy, hostname: host, port = 80 } = endpoint;
  // Not `ws+unix:`, which breaks on a path with a space or a colon.
  if (socketPath !== undefined) return { createConnection: () => connect(socketPath) };
  if (secure || proxy === undefined) return { agent };
  const { openTunnel } = await import('./http/open-tunnel.ts');
  const tunnel = await openTunnel(proxy, { host, port });
  return { createConnection: () => tunnel };
}

function openOnce(
  target: Target,
  endpoint: Endpoint,
  way: Way,
  keepAliveMs: number | undefined,
): Promise<Connection> {
  const { origin, prefix, secure, socketPath } = endpoint;
  const socket = new WebSocket(origin + prefix + connectPath, WIRE_SUBPROTOCOL, {
    headers: identifyingHeaders(target),
    perMessageDeflate: false,
    handshakeTimeout: HANDSHAKE_MS,
    maxPayload: MAX_MESSAGE_BYTES,
    ...(secure || socketPath !== undefined ? { generateMask: plainMask } : {}),
    ...way,
  });
  return new Promise((resolve, reject) => {
    socket.on('open', () => {
      socket.off('error', reject);
      const keepAlive = keepAliveMs === undefined ? {} : { keepAliveMs };
      resolve(new Connection(messageSocketOfWs(socket), { role: 'client', ...keepAlive }));
    });
    socket.on('error', reject);
    socket.on('unexpected-response', (request, response) => {
      readRefusal(response, target)
        .catch(reject)
        .finally(() => request.destroy());
    });
  });
}

/** Always throws: what the answer says, or that it is strange. */
async function readRefusal(response: IncomingMessage, target: Target): Promise<never> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_REFUSAL_BYTES) break;
    chunks.push(chunk);
  }
  const { statusCode: status = 0, headers } = response;
  const refusal = { status: status < 300 ? 0 : status, headers, body: Buffer.concat(chunks) };
  readAnswer(refusal, target);
  throw new Error(`HTTP ${status} instead of a WebSocket`);
}
