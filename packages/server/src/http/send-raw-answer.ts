import type { Duplex } from 'node:stream';
import { STATUS_CODES } from 'node:http';
import { REQUEST_ID_HEADER } from '@rig-ops/contract/api-version';
import type { ErrorAnswer } from './answer-error.ts';

/** A client that is still sending gets so long, and so many bytes, to notice the answer. */
const LINGER_MS = 5_000;
const LINGER_BYTES = 64 * 1024 * 1024;

/**
 * Answers where there is no HTTP response object: on a request that could not be parsed, or an upgrade.
 * Closing while the client still sends would make the kernel reset the connection, and the answer would be
 * lost; so what still comes is read and thrown away for a while.
 */
export function sendRawAnswer(socket: Duplex, { status, error }: ErrorAnswer): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify({ error });
  const wait = error.details?.retryAfterSeconds;
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    `${REQUEST_ID_HEADER}: ${error.requestId ?? ''}`,
    'connection: close',
    ...(typeof wait === 'number' ? [`retry-after: ${wait}`] : []),
  ];
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  let dropped = 0;
  socket.removeAllListeners('data');
  socket.on('data', (chunk: Buffer) => {
    dropped += chunk.length;
    if (dropped > LINGER_BYTES) socket.destroy();
  });
  socket.on('error', () => socket.destroy());
  socket.once('end', () => socket.destroy());
  socket.once('close', () => clearTimeout(timer));
  socket.resume();
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
