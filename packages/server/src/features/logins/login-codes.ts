import { createHash, randomBytes, randomInt } from 'node:crypto';

/** Without vowels, so that no words come up, and without letters that are read as digits (RFC 8628, 6.1). */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ';
const LENGTH = 8;
const GROUP = 4;

/** What a person types: 20^8 possibilities, as `WDJB-MJHT`. */
export function makeUserCode(): string {
  const letters = Array.from({ length: LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  return `${letters.slice(0, GROUP)}-${letters.slice(GROUP)}`;
}

/** 256 random bits that only the machine that asked has. */
export const makeDeviceCode = (): string => randomBytes(32).toString('base64url');

export const hashDeviceCode = (code: string): string => createHash('sha256').update(code).digest('hex');

/** Whatever case and punctuation a person typed. */
export const hashUserCode = (code: string): string =>
  hashDeviceCode(code.toUpperCase().replaceAll(/[^A-Z]/g, ''));
