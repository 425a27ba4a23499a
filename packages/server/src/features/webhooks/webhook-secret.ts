import { createHmac, randomBytes } from 'node:crypto';
import { RigError } from '@rig-ops/contract/errors';

const PREFIX = 'whsec_';
const BYTES = 32;
/** What the Standard Webhooks specification allows. */
const FEWEST_BYTES = 24;
const MOST_BYTES = 64;

/** A new secret, as the Standard Webhooks specification writes it. */
export const makeWebhookSecret = (): string => PREFIX + randomBytes(BYTES).toString('base64');

/** @throws RigError `invalid_input`, without the secret in it */
export function checkWebhookSecret(secret: string): string {
  const bytes = keyOf(secret).length;
  const isWhole = PREFIX + keyOf(secret).toString('base64') === secret;
  if (isWhole && bytes >= FEWEST_BYTES && bytes <= MOST_BYTES) return secret;
  throw new RigError(
    'invalid_input',
    `The secret is not ${FEWEST_BYTES} to ${MOST_BYTES} bytes in base64 behind ${PREFIX}.`,
    { hint: 'Make one with: echo "whsec_$(openssl rand -base64 32)", or leave it out and rig makes one.' },
  );
}

export interface Signed {
  readonly id: string;
  /** Seconds since the epoch. */
  readonly timestamp: number;
  readonly payload: string;
}

/**
 * Headers by which a receiver knows who sent a message (Standard Webhooks 1.0.0): a signature by each secret, so that
 * one can be replaced while messages go on.
 */
export function signatureHeaders(
  { id, timestamp, payload }: Signed,
  secrets: readonly string[],
): Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string> {
  const signed = `${id}.${timestamp}.${payload}`;
  const signatures = secrets.map(
    (secret) => `v1,${createHmac('sha256', keyOf(secret)).update(signed).digest('base64')}`,
  );
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures.join(' '),
  };
}

const keyOf = (secret: string): Buffer => Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
