import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const SECRET_BYTES = 32;
const SECRET = /^[A-Za-z0-9_-]{43}$/;

/** 256 random bits in base64url. */
export const makeSecret = (): string => randomBytes(SECRET_BYTES).toString('base64url');

export const looksLikeSecret = (text: string): boolean => SECRET.test(text);

/** In hex. It has as many random bits as the hash, so a plain one cannot be searched backwards. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/**
 * The hash of half a session, which is good at one port alone: when the platform has to move because somebody
 * took its port, that somebody may have been sent both halves.
 */
export const hashHalf = (half: string, port: number): string => hashSecret(`${port} ${half}`);

/** Takes as long whether hashes differ at the first digit or at the last. */
export const isSameHash = (left: string, right: string): boolean =>
  left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right));
