import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { RigError } from '@rig-ops/contract/errors';
import type { RequestSources } from './request-source.ts';

const LOOPBACK_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i;

/**
 * Guards the listener on loopback against web pages open in a browser on this machine that are of a name
 * which was rebound to 127.0.0.1: it shows in `Host`.
 * @throws RigError `not_permitted`
 */
export function refuseOtherHosts(
  request: IncomingMessage,
  sources: Pick<RequestSources, 'isLocal' | 'isOpen' | 'publicUrlOf'>,
): void {
  // A browser cannot open a unix socket; what passes requests on to it may be asked by one.
  if (sources.isLocal(request) || sources.isOpen(request)) return;
  const { host } = request.headers;
  if (host !== undefined && LOOPBACK_HOST.test(host)) return;
  if (host !== undefined && host.toLowerCase() === sources.publicUrlOf(request)?.host) return;
  throw new RigError('not_permitted', 'The Host header of the request does not name this machine.', {
    hint: 'Use the URL that `rig platform status` shows.',
  });
}

/**
 * Where a page has to be from to use this listener: scheme, name and port exactly as the request itself
 * reached it. Undefined where there can be no such page: a name over plain HTTP may be anybody's, rebound to
 * this address, and a unix socket has none.
 */
function ownOrigin(
  { headers, socket }: IncomingMessage,
  { anyHost, publicUrl }: { anyHost: boolean; publicUrl?: URL | undefined },
): string | undefined {
  if (publicUrl !== undefined) return publicUrl.origin;
  const secure = (socket as Partial<TLSSocket>).encrypted === true;
  const host = headers.host?.toLowerCase() ?? '';
  const [, name = '', port] = /^(\[[^\]]*\]|[^:]*)(?::(\d{1,5}))?$/.exec(host) ?? [];
  if (!secure && anyHost && isIP(name.replaceAll(/^\[|\]$/g, '')) === 0) return undefined;
  if (Number(port ?? (secure ? 443 : 80)) !== socket.localPort) return undefined;
  return `${secure ? 'https' : 'http'}://${host}`;
}

/**
 * Refuses what a page of another origin sends: a browser says in `Origin` where a script is from, and
 * nothing else sends one.
 * @param anyHost whether the name in `Host` is not checked, because other machines know this one by many
 * @param publicUrl the only one whose pages may, where a proxy is in front
 * @throws RigError `not_permitted`
 */
export function refuseOtherOrigins(
  request: IncomingMessage,
  options: { anyHost: boolean; publicUrl?: URL | undefined },
): void {
  const { origin } = request.headers;
  if (origin === undefined || origin === ownOrigin(request, options)) return;
  throw new RigError('not_permitted', 'Web pages of other origins may not use this API.', {
    hint: 'Send the request from a program; it carries no Origin header.',
  });
}

/**
 * Asks of a request with the key of a page that one of our own has sent it. A page of another origin cannot
 * send that key without asking first, which nothing here allows; this holds where a browser has a hole there.
 * @throws RigError `not_permitted`
 */
export function requireOwnPage({ method, headers }: IncomingMessage): void {
  const site = headers['sec-fetch-site'];
  const changes = method !== 'GET' && method !== 'HEAD';
  if ((site === undefined || site === 'same-origin') && !(changes && headers.origin === undefined)) return;
  throw new RigError('not_permitted', 'The key of a page is taken from the pages of the platform alone.', {
    hint: 'Programs use a token: `rig tokens create`.',
  });
}
