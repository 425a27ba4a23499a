import type { Agent } from 'node:http';
import { INVOCATION_HEADER } from '@rig-ops/contract/api-version';
import { RigError } from '@rig-ops/contract/errors';
import type { Target } from '../target.ts';

/** How a target is dialled. */
export interface Endpoint {
  readonly secure: boolean;
  readonly hostname: string;
  readonly port: number | undefined;
  /** Path before the API's own, without a slash at its end. */
  readonly prefix: string;
  readonly socketPath: string | undefined;
  /** The authorities that may vouch for it, in PEM; undefined for those Node trusts. */
  readonly ca: string | undefined;
  /** URL of the proxy on the way. */
  readonly proxy: string | undefined;
  /** `http://host:port` as a URL needs it; a placeholder host for a socket. */
  readonly origin: string;
}

/** Throws `invalid_input` when the URL of a target is not one of HTTP or HTTPS. */
export function endpointOf(target: Target): Endpoint {
  if ('socketPath' in target) {
    const { socketPath } = target;
    return {
      secure: false,
      hostname: 'localhost',
      port: undefined,
      prefix: '',
      socketPath,
      ca: undefined,
      proxy: undefined,
      origin: 'http://localhost',
    };
  }
  const url = parsePlatformUrl(target.url);
  return {
    secure: url.protocol === 'https:',
    // A URL has IPv6 addresses in brackets, a socket wants them without.
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? undefined : Number(url.port),
    prefix: url.pathname.replace(/\/+$/, ''),
    socketPath: undefined,
    ca: target.ca,
    proxy: target.proxy,
    origin: url.origin,
  };
}

/** Throws `invalid_input` for what is not a plain HTTP or HTTPS URL. */
export function parsePlatformUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new RigError('invalid_input', `"${text}" is not the URL of a platform.`, {
      hint: 'Give a URL as https://rig.example.com.',
    });
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    // The text is left out: it may hold a password.
    throw new RigError('invalid_input', 'The URL of a platform has no user, password, query or fragment.', {
      hint: 'Give a URL as https://rig.example.com, and the token apart from it.',
    });
  }
  return url;
}

/** Connections kept open between the calls of one client; idle ones do not keep the process alive. */
export function makeAgent({ secure, socketPath, ca, proxy }: Endpoint): Agent {
  const { Agent } = secure ? process.getBuiltinModule('node:https') : process.getBuiltinModule('node:http');
  return new Agent({
    keepAlive: true,
    ...(socketPath === undefined ? {} : { socketPath }),
    ...(ca === undefined ? {} : { ca }),
    ...(proxy === undefined ? {} : { proxyEnv: { HTTP_PROXY: proxy, HTTPS_PROXY: proxy } }),
  });
}

/** Headers that every request to the platform carries. */
export function identifyingHeaders({
  token,
  invocationId,
}: Pick<Target, 'token' | 'invocationId'>): Record<string, string> {
  return {
    authorization: `Bearer ${token}`,
    ...(invocationId === undefined ? {} : { [INVOCATION_HEADER]: invocationId }),
  };
}
