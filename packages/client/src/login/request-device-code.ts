import { RigError, isRigError } from '@rig-ops/contract/errors';
import type { RemotePlace } from '../target.ts';
import { type OAuthRefusal, postForm, unexpectedRefusal } from './post-form.ts';

export const CLIENT_ID = 'rig-cli';

/** A login that waits for approval (RFC 8628, 3.2). */
export interface DeviceCode {
  /** Known to this process alone. */
  deviceCode: string;
  /** What the person types. */
  userCode: string;
  verificationUri: string;
  verificationUriComplete: string;
  /** Seconds. */
  expiresIn: number;
  /** Seconds between two questions. */
  interval: number;
}

/** Asks a platform for a login. Throws `login_attempts_exceeded`, or what stood in the way. */
export async function requestDeviceCode(
  place: RemotePlace,
  { deviceName, signal }: { deviceName: string; signal: AbortSignal },
): Promise<DeviceCode> {
  const form = { client_id: CLIENT_ID, device_name: deviceName };
  let answer: Record<string, unknown> | OAuthRefusal;
  try {
    answer = await postForm(place, '/oauth/device_authorization', form, signal);
  } catch (error) {
    if (!isRigError(error) || error.code !== 'route_not_found') throw error;
    throw new RigError('not_found', `The platform at ${place.url} has no login of this kind.`, {
      hint: `Give it a token: \`rig login ${place.url} --token - < token.txt\`.`,
    });
  }
  if (typeof answer.error === 'string') {
    if (answer.error !== 'slow_down') throw unexpectedRefusal(answer as OAuthRefusal);
    throw new RigError('login_attempts_exceeded', 'The platform was asked for too many logins.');
  }
  const field = (name: string) => (answer as Record<string, unknown>)[name];
  const code: DeviceCode = {
    deviceCode: String(field('device_code')),
    userCode: String(field('user_code')),
    verificationUri: String(field('verification_uri')),
    verificationUriComplete: String(field('verification_uri_complete') ?? field('verification_uri')),
    expiresIn: Number(field('expires_in')),
    interval: Number(field('interval') ?? 5),
  };
  if (field('device_code') === undefined || field('user_code') === undefined || !(code.expiresIn > 0)) {
    throw new RigError('unreachable', `What listens at ${place.url} is not a rig platform.`);
  }
  return code;
}
