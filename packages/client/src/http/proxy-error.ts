import { RigError } from '@rig-ops/contract/errors';
import { placeOf, type Target } from '../target.ts';
import { describeProxy } from './proxy-choice.ts';

/** With a proxy every connection is one to the proxy, so these are its own. */
const notConnected: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no host of that name',
  EAI_AGAIN: 'its host name cannot be looked up now',
  EHOSTUNREACH: 'there is no way to its host',
  ENETUNREACH: 'there is no way to its network',
};

/** A failure of the proxy on the way; undefined for any other. */
export function toProxyError(error: unknown, code: string, target: Target): RigError | undefined {
  if (!('url' in target) || target.proxy === undefined) return undefined;
  const proxy = `The proxy ${describeProxy(target.proxy)}`;
  const unconnected = notConnected[code];
  if (unconnected !== undefined) {
    return new RigError('proxy_failed', `${proxy} does not answer: ${unconnected}.`, { cause: error });
  }
  if (code !== 'ERR_PROXY_TUNNEL') return undefined;
  const { statusCode } = error as { statusCode?: number };
  return proxyRefusal(proxy, statusCode ?? 0, target, error);
}

/** What the status of a proxy's own answer means. */
export function proxyRefusal(proxy: string, status: number, target: Target, cause?: unknown): RigError {
  if (status === 407) {
    return new RigError('proxy_failed', `${proxy} wants a user and a password (HTTP 407).`, {
      hint: 'Give them in HTTPS_PROXY, as http://user:password@proxy.example.com:3128.',
      cause,
    });
  }
  const what =
    status >= 500
      ? `found no way to the platform at ${placeOf(target)}`
      : `does not let through to the platform at ${placeOf(target)}`;
  return new RigError('proxy_failed', `${proxy} ${what}${status === 0 ? '' : ` (HTTP ${status})`}.`, {
    cause,
  });
}
