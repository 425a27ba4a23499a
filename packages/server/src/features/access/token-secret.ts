import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const PREFIX = 'rig_';
const SECRET_BYTES = 32;
/** Enough base 62 digits for 256 bits, and for 32. */
const SECRET_DIGITS = 43;
const CHECK_DIGITS = 6;
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const PATTERN = new RegExp(`^${PREFIX}([0-9A-Za-z]{${SECRET_DIGITS}})([0-9A-Za-z]{${CHECK_DIGITS}})$`);
const HINT_LENGTH = 8;

const toBase62 = (value: bigint, digits: number): string => {
  let rest = value;
  let text = '';
  for (let count = 0; count < digits; count += 1) {
    text = `${ALPHABET[Number(rest % 62n)]}${text}`;
    rest /= 62n;
  }
  return text;
};

const checkOf = (secret: string): string => toBase62(BigInt(crc32(secret)), CHECK_DIGITS);

/**
 * A new token: `rig_`, 256 random bits and a CRC-32 of them, in base 62. The prefix and the checksum let a
 * scanner of source code find it without mistaking anything else for it.
 */
export function makeTokenSecret(): string {
  const secret = toBase62(BigInt(`0x${randomBytes(SECRET_BYTES).toString('hex')}`), SECRET_DIGITS);
  return `${PREFIX}${secret}${checkOf(secret)}`;
}

/** Whether a text can be a token at all; says nothing about whether it is one. */
export function looksLikeToken(text: string): boolean {
  const [, secret, check] = PATTERN.exec(text) ?? [];
  return secret !== undefined && checkOf(secret) === check;
}

/** What of a token may be shown. */
export const hintOf = (token: string): string => token.slice(0, HINT_LENGTH);

/** A token has 256 random bits, so a plain hash cannot be searched backwards; a slow one would only cost time. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex');
