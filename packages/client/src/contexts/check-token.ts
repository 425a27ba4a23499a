import { RigError } from '@rig-ops/contract/errors';

/** Throws `invalid_input` for a token that no header can carry; the message does not hold it. */
export function checkToken(token: string, what: string): void {
  if (/^[\u0021-\u007E]+$/.test(token)) return;
  throw new RigError(
    'invalid_input',
    token === '' ? `${what} is empty.` : `${what} holds a space or a character that tokens never have.`,
    { hint: 'Give the token as it was issued, without quotes or line breaks.' },
  );
}
