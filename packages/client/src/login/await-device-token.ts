import { setTimeout as sleep } from 'node:timers/promises';
import { isRigError, RigError } from '@rig-ops/contract/errors';
import type { RemotePlace } from '../target.ts';
import { postForm, unexpectedRefusal } from './post-form.ts';
import { CLIENT_ID, type DeviceCode } from './request-device-code.ts';

const GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
/** What `slow_down` adds to the interval for good (RFC 8628, 3.5). */
const SLOWER_S = 5;

/**
 * Asks until the login was approved, and answers its token. A platform that restarts meanwhile is asked
 * again. Throws `login_denied`, `login_expired`, or the signal's reason.
 */
export async function awaitDeviceToken(
  place: RemotePlace,
  { deviceCode, expiresIn, interval }: DeviceCode,
  signal: AbortSignal,
): Promise<string> {
  const deadline = performance.now() + expiresIn * 1000;
  const form = { grant_type: GRANT, device_code: deviceCode, client_id: CLIENT_ID };
  for (let pauseS = interval; performance.now() < deadline; ) {
    await sleep(pauseS * 1000, undefined, { signal }).catch(() => signal.throwIfAborted());
    const answer = await ask(place, form, signal);
    if (typeof answer.access_token === 'string') return answer.access_token;
    switch (answer.error) {
      case 'authorization_pending':
        break;
      case 'slow_down':
        pauseS += SLOWER_S;
        break;
      case 'access_denied':
        throw new RigError('login_denied', 'The login was refused.');
      case 'expired_token':
        throw expired();
      default:
        throw unexpectedRefusal({ error: String(answer.error), ...answer });
    }
  }
  throw expired();
}

async function ask(
  place: RemotePlace,
  form: Record<string, string>,
  signal: AbortSignal,
): Promise<Record<string, unknown>> {
  try {
    return (await postForm(place, '/oauth/token', form, signal)) as Record<string, unknown>;
  } catch (error) {
    const passing = isRigError(error) && (error.code === 'unreachable' || error.code === 'connection_lost');
    if (passing) return { error: 'authorization_pending' };
    throw error;
  }
}

function expired(): RigError {
  return new RigError('login_expired', 'Nobody approved the login in time.');
}
