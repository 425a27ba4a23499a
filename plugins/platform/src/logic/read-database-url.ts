import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { checkDatabaseUrl } from '@rig-ops/client/embedded';
import { RigError } from '@rig-ops/contract/errors';

/**
 * The URL of a database from a file, or from stdin for `-`: it holds a password, so it does not belong into arguments.
 * Null for `off`, undefined when no file was named.
 * @throws RigError `invalid_input`
 */
export async function readDatabaseUrl(
  file: string | undefined,
  cwd: string,
  stdin: Readable,
): Promise<string | null | undefined> {
  if (file === undefined) return undefined;
  if (file === 'off') return null;
  if (file === '-') return checkDatabaseUrl((await text(stdin)).trim(), 'What came on stdin');
  return checkDatabaseUrl((await read(resolve(cwd, file))).trim(), `What is in ${file}`);
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new RigError('invalid_input', `${path} cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
