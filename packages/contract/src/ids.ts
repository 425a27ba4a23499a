/** Crockford's base 32 in lower case: no letter that reads as a digit. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const LENGTH = 14;

/** What {@link newId} makes; safe as a file name. */
export const ID_PATTERN = /^[a-z]{1,8}_[0-9a-hjkmnp-tv-z]{14}$/;

/** A new id of 70 random bits behind a prefix that tells its kind, as `app_3f9k0c2m7x1q8z`. */
export function newId(prefix: string): string {
  let id = `${prefix}_`;
  for (const byte of crypto.getRandomValues(new Uint8Array(LENGTH))) id += ALPHABET[byte & 31];
  return id;
}
