import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { RigError } from '@rig-ops/contract/errors';

/** Shorter than this, a token is a mistake and not a secret. */
const MIN_TOKEN_LENGTH = 16;

/**
 * The token of the platform's administrator, as the launcher wrote it; made here when there is none.
 * @throws RigError `config_unreadable`
 */
export async function readAdminToken(path: string): Promise<string> {
  try {
    // `wx` so that of two that make it at once both end up with the same.
    await writeFile(path, randomBytes(32).toString('base64url'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const token = (await readFile(path, 'utf8')).trim();
  if (token.length < MIN_TOKEN_LENGTH) {
    throw new RigError('config_unreadable', `${path} holds no usable token.`, {
      hint: 'Remove the file; a new token is made when the platform starts.',
    });
  }
  return token;
}
