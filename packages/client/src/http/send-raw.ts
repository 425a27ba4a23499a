import { RigError } from '@rig-ops/contract/errors';
import type { Target } from '../target.ts';
import { endpointOf, identifyingHeaders, makeAgent } from './endpoint.ts';
import { errorIn, type PlainAnswer } from './read-answer.ts';
import { attemptPatiently } from './restart-patience.ts';
import { type HttpRequest, sendRequest } from './send-request.ts';
import { toTransportError } from './transport-error.ts';

export interface RawRequest {
  method: string;
  /** From the root of the platform: `/v1/apps?limit=10`. */
  path: string;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array | undefined;
  signal: AbortSignal;
  /** Is given what a successful answer brings, as it comes; the answer has no body then, and no bound. */
  take?: HttpRequest['take'];
}

export type RawAnswer = PlainAnswer;

const SILENCE_MS = 60_000;

/**
 * Sends a request of the user's own making with the credentials of a target. Throws the error an answer
 * carries, or what stood in the way.
 */
export async function sendRaw(target: Target, raw: RawRequest): Promise<RawAnswer> {
  const endpoint = endpointOf(target);
  const agent = makeAgent(endpoint);
  const { method, path, headers, body, signal } = raw;
  let begun = false;
  const take: HttpRequest['take'] =
    raw.take &&
    (async (head, chunk) => {
      begun = true;
      await raw.take?.(head, chunk);
    });
  const request = {
    method,
    path,
    headers: { ...identifyingHeaders(target), ...headers },
    body,
    silenceMs: SILENCE_MS,
    signal,
    take,
  };
  const send = async () => {
    try {
      return await sendRequest(endpoint, agent, request);
    } catch (error) {
      // What was handed on is not taken back: from its beginning it would come twice.
      throw begun && !signal.aborted ? toTransportError(error, target) : error;
    }
  };
  const idempotent = ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'].includes(method);
  try {
    const local = endpoint.socketPath !== undefined;
    const answer = local ? await attemptPatiently(send, { idempotent, signal }) : await send();
    if (answer.status < 400) return answer;
    throw errorIn(answer) ?? new RigError('unexpected', `The platform answered HTTP ${answer.status}.`);
  } catch (error) {
    throw signal.aborted && error === signal.reason ? error : toTransportError(error, target);
  } finally {
    agent.destroy();
  }
}
