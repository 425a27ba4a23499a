import { once } from 'node:events';
import { type IncomingMessage, type RequestOptions, request as requestPlainly } from 'node:http';
import { request as requestSecurely } from 'node:https';
import type { HttpTarget } from './http-target.ts';
import { guardedLookup, type RefusalCode, refusePrivateLiteral } from './private-addresses.ts';

export interface Post {
  readonly type: string;
  readonly body: string;
  /** Beside those of the target. */
  readonly headers?: Readonly<Record<string, string>>;
  /** How long nothing may be heard. */
  readonly silenceMs: number;
  /** What an address that may not be reached is refused with. */
  readonly refusal: RefusalCode;
}

/**
 * Sends a body to an HTTP receiver on a connection of its own, and waits for what it says of it. Redirections are
 * not followed. Who is answered reads the body of the answer, or destroys it.
 * @throws RigError of `refusal`; as `node:http` does; the signal's reason as its cause
 */
export async function openPost(
  target: HttpTarget,
  { type, body, headers, silenceMs, refusal }: Post,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const { secure, hostname, port, path, ca, allowPrivate } = target;
  // A socket does not look an address up that is written out.
  if (!allowPrivate) refusePrivateLiteral(hostname, refusal);
  const options: RequestOptions = {
    method: 'POST',
    hostname,
    port,
    path,
    headers: {
      ...target.headers,
      ...headers,
      'content-type': type,
      'content-length': Buffer.byteLength(body),
    },
    lookup: guardedLookup(allowPrivate, refusal),
    timeout: silenceMs,
    signal,
    agent: false,
    ...(ca === undefined ? {} : { ca }),
  };
  const call = (secure ? requestSecurely : requestPlainly)(options);
  call.on('timeout', () => call.destroy(Object.assign(new Error('silent'), { code: 'ETIMEDOUT' })));
  call.end(body);
  const [response] = (await once(call, 'response')) as [IncomingMessage];
  return response;
}
