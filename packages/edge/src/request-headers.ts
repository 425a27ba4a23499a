import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { forwardHeaders } from './hop-by-hop.ts';

/** Told by the edge itself. */
const own = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
  'x-request-id',
];

/** Short and free of what could be mistaken for something else in a log. */
const requestIdPattern = /^[\w.:-]{1,128}$/;

/** The id the client gave the request, if it is well formed, or a new one. */
export function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && requestIdPattern.test(given) ? given : randomUUID();
}

/**
 * Headers for the upstream: what the client sent, plus who the client was. The edge is the outermost
 * proxy, so what a client claims of `Forwarded` and `X-Forwarded-*` is not passed on.
 */
export function upstreamHeaders(request: IncomingMessage, requestId: string): string[] {
  const { headers, rawHeaders, socket } = request;
  const forwarded = forwardHeaders(rawHeaders, own);
  forwarded.push('X-Forwarded-For', socket.remoteAddress ?? '', 'X-Forwarded-Proto', 'http');
  // A client of HTTP/1.0 need not name a host; an upstream of HTTP/1.1 has to be given one.
  if (headers.host === undefined) forwarded.push('Host', 'localhost');
  else forwarded.push('X-Forwarded-Host', headers.host);
  forwarded.push('X-Request-Id', requestId);
  // Framing is per connection, but a body without a length still needs one.
  if (headers['transfer-encoding'] !== undefined) forwarded.push('Transfer-Encoding', 'chunked');
  return forwarded;
}

/** Whether a request announces a body. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}
