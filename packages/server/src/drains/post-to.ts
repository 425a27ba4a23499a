import { once } from 'node:events';
import { type IncomingMessage, type RequestOptions, request as requestPlainly } from 'node:http';
import { request as requestSecurely } from 'node:https';
import { RigError } from '@rig-ops/contract/errors';
import type { DrainTarget } from './drain-sink.ts';
import { guardedLookup, refusePrivateLiteral } from './private-addresses.ts';

const SILENCE_MS = 15_000;
/** What a receiver has to say is a few fields. */
const MAX_ANSWER_BYTES = 64 * 1024;

/** What a receiver answered. */
export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Sends a body to an HTTP receiver. Redirections are not followed. @throws RigError `drain_target_refused`; as `node:http` does */
export async function postTo(
  target: DrainTarget,
  type: string,
  body: string,
  signal: AbortSignal,
): Promise<Answer> {
  const { secure, hostname, port, path, headers, ca, allowPrivate } = target;
  // A socket does not look an address up that is written out.
  if (!allowPrivate) refusePrivateLiteral(hostname);
  const options: RequestOptions = {
    method: 'POST',
    hostname,
    port,
    path,
    headers: { ...headers, 'content-type': type, 'content-length': Buffer.byteLength(body) },
    lookup: guardedLookup(allowPrivate),
    timeout: SILENCE_MS,
    signal,
    agent: false,
    ...(ca === undefined ? {} : { ca }),
  };
  const call = (secure ? requestSecurely : requestPlainly)(options);
  call.on('timeout', () => call.destroy(Object.assign(new Error('silent'), { code: 'ETIMEDOUT' })));
  call.end(body);
  const [response] = (await once(call, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) break;
    chunks.push(chunk);
  }
  return { status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() };
}

/** @throws RigError `drain_failed` unless the status says that the receiver took it */
export function refuseUnlessTaken({ hostname, port }: DrainTarget, status: number): void {
  if (status < 200 || status > 299) {
    throw new RigError('drain_failed', `${hostname}:${port} answered HTTP ${status}.`, {
      hint:
        status === 401 || status === 403
          ? 'Check the header with its credentials.'
          : 'Check the URL of the drain, and what the receiver says in its own log.',
    });
  }
}
