import { RigError } from '@rig-ops/contract/errors';
import type { Target } from '../target.ts';
import { endpointOf, identifyingHeaders, makeAgent } from './endpoint.ts';
import { errorIn, type PlainAnswer } from './read-answer.ts';
import { attemptPatiently } from './restart-patience.ts';
import { sendRequest } from './send-request.ts';
import { toTransportError } from './transport-error.ts';

export interface RawRequest {
  method: string;
  /** From the root of the platform: `/v1/apps?limit=10`. */
  path: string;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array | undefined;
  signal: AbortSignal;
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
  const request = {
    method,
    path,
    headers: { ...identifyingHeaders(target), ...headers },
    body,
    silenceMs: SILENCE_MS,
    signal,
  };
  const send = () => sendRequest(endpoint, agent, request);
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
