import { RigError } from '@rig-ops/contract/errors';
import { endpointOf, makeAgent } from '../http/endpoint.ts';
import { readAnswer } from '../http/read-answer.ts';
import { sendRequest } from '../http/send-request.ts';
import { toTransportError } from '../http/transport-error.ts';
import type { RemotePlace } from '../target.ts';

const SILENCE_MS = 30_000;

/** What an OAuth endpoint refused, by its name there (RFC 6749, 5.2; RFC 8628, 3.5). */
export interface OAuthRefusal {
  error: string;
  error_description?: string;
}

/** Posts a form to an OAuth endpoint of a platform. Throws what stood in the way, or the platform's own error. */
export async function postForm(
  place: RemotePlace,
  path: string,
  form: Record<string, string>,
  signal: AbortSignal | undefined,
): Promise<Record<string, unknown> | OAuthRefusal> {
  const target = { name: new URL(place.url).host, token: '', ...place };
  const endpoint = endpointOf(target);
  const agent = makeAgent(endpoint);
  try {
    const answer = await sendRequest(endpoint, agent, {
      method: 'POST',
      path,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
      silenceMs: SILENCE_MS,
      signal,
    });
    return refusalIn(answer.body) ?? (readAnswer(answer, target) as Record<string, unknown>);
  } catch (error) {
    if (signal?.aborted === true && error === signal.reason) throw error;
    throw toTransportError(error, target);
  } finally {
    agent.destroy();
  }
}

function refusalIn(body: Buffer): OAuthRefusal | undefined {
  try {
    const document = JSON.parse(body.toString()) as { error?: unknown };
    return typeof document.error === 'string' ? (document as OAuthRefusal) : undefined;
  } catch {
    return undefined;
  }
}

/** A refusal that no device login ends with in order. */
export function unexpectedRefusal({ error, error_description: text }: OAuthRefusal): RigError {
  return new RigError('unexpected', `The platform refused the login: ${text ?? error}.`, {
    hint: 'Run `rig doctor`; rig and the platform may differ in version.',
    details: { error },
  });
}
