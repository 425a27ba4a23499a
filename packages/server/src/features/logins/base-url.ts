import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';

/**
 * Where a client reached the platform, as it said itself. Only the client that asks is told it, so what it
 * claims can mislead nobody else.
 */
export function baseUrlOf(request: IncomingMessage): string {
  const secure =
    (request.socket as Partial<TLSSocket>).encrypted === true ||
    request.headers['x-forwarded-proto'] === 'https';
  return `${secure ? 'https' : 'http'}://${request.headers.host ?? 'localhost'}`;
}
