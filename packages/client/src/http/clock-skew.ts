import type { RemotePlace } from '../target.ts';
import { endpointOf, makeAgent } from './endpoint.ts';
import { sendRequest } from './send-request.ts';

const PATIENCE_MS = 5_000;
/** `Date` has whole seconds, and the answer took its time. */
const TOLERANCE_MS = 60_000;

/**
 * How far the clock of this machine is ahead of the platform's, in milliseconds; negative when it is
 * behind. Null when they agree to the minute, or the platform does not tell.
 */
export async function measureClockSkew(place: RemotePlace, signal: AbortSignal): Promise<number | null> {
  const endpoint = endpointOf({ name: '', token: '', ...place });
  const agent = makeAgent(endpoint);
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
    const request = { method: 'GET', path: '/v1/version', headers: {}, body: undefined };
    const { headers } = await sendRequest(endpoint, agent, {
      ...request,
      silenceMs: PATIENCE_MS,
      signal: limit,
    });
    const theirs = Date.parse(headers.date ?? '');
    const skew = Date.now() - theirs;
    return Number.isNaN(theirs) || Math.abs(skew) < TOLERANCE_MS ? null : skew;
  } catch {
    signal.throwIfAborted();
    return null;
  } finally {
    agent.destroy();
  }
}
