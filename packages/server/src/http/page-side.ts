import type { IncomingMessage } from 'node:http';
import { PAGE_KEY_HEADER } from '@rig-ops/contract/api-version';

/** What a page shows: its key, and every cookie of the name that the browser has. */
export interface PageCredentials {
  readonly key: string;
  /** An app on another port of this host can add some of its own to the right one. */
  readonly cookies: readonly string[];
  /** The port of the platform they came to. */
  readonly port: number;
}

/** The side of a request that only pages have. */
export interface PageSide {
  /** The port of the platform the request came to. */
  readonly port: number;
  /** As the browser says; exact where it is there, because another one is refused before. */
  readonly origin: string | undefined;
  /** What the browser calls itself. */
  readonly userAgent: string | undefined;
  /** Undefined without a key: a cookie alone is nothing. */
  readonly credentials: PageCredentials | undefined;
  /** Gives the browser its half of a session for so many seconds; null takes it away. */
  keepCookie(secret: string | null, seconds: number): void;
}

const MOST_COOKIES = 8;

/**
 * Named by the port, since cookies know no ports and several platforms may run on one host. With TLS the prefix
 * has the browser refuse one that was set without TLS, for a domain, or by another host (RFC 6265bis, 4.1.3).
 */
function cookieNameOf({ socket }: IncomingMessage, isSecure: boolean): string {
  const prefix = isSecure ? '__Host-' : '';
  return `${prefix}rig_session_${portOf({ socket })}`;
}

const portOf = ({ socket }: Pick<IncomingMessage, 'socket'>): number => socket.localPort ?? 0;

function cookiesNamed(header: string | undefined, name: string): string[] {
  return (header ?? '')
    .split(';')
    .flatMap((pair) => {
      const at = pair.indexOf('=');
      return at !== -1 && pair.slice(0, at).trim() === name ? [pair.slice(at + 1).trim()] : [];
    })
    .slice(0, MOST_COOKIES);
}

/**
 * Undefined where no page asks.
 * @param isSecure whether the browser has come by TLS
 */
export function pageCredentialsOf(request: IncomingMessage, isSecure: boolean): PageCredentials | undefined {
  const key = request.headers[PAGE_KEY_HEADER];
  if (key === undefined) return undefined;
  const cookies = cookiesNamed(request.headers.cookie, cookieNameOf(request, isSecure));
  return { key: String(key), cookies, port: portOf(request) };
}

/**
 * The cookie of a session. Where there is no TLS it is sent to the API alone, so that apps on other ports of the
 * host see less of it; with TLS its prefix asks for the whole host.
 */
function cookieOf(
  request: IncomingMessage,
  { isSecure, secret, seconds }: { isSecure: boolean; secret: string; seconds: number },
): string {
  const where = isSecure ? 'Path=/; Secure' : 'Path=/v1';
  return `${cookieNameOf(request, isSecure)}=${secret}; ${where}; HttpOnly; SameSite=Strict; Max-Age=${seconds}`;
}

/**
 * @param isSecure whether the browser has come by TLS
 * @param setCookie sets the header of that name of the answer
 */
export function pageSideOf(
  request: IncomingMessage,
  isSecure: boolean,
  setCookie: (value: string) => void,
): PageSide {
  const { headers } = request;
  return {
    port: portOf(request),
    origin: headers.origin,
    userAgent: headers['user-agent'],
    credentials: pageCredentialsOf(request, isSecure),
    keepCookie(secret, seconds) {
      setCookie(
        cookieOf(request, { isSecure, secret: secret ?? '', seconds: secret === null ? 0 : seconds }),
      );
    },
  };
}
