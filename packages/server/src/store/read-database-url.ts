import { readFile } from 'node:fs/promises';
import { isDatabaseUrl } from '@rig-ops/contract/database-place';
import { RigError } from '@rig-ops/contract/errors';

/**
 * Reads the URL of the database from the file that `rig platform start` left; undefined where there is none.
 * @throws RigError `database_unusable` when it is no URL of a PostgreSQL database
 */
export async function readDatabaseUrl(path: string): Promise<string | undefined> {
  let text: string;
  try {
    text = (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new RigError('database_unusable', `${path} cannot be read.`, { cause: error });
  }
  if (!isDatabaseUrl(text))
    throw new RigError('database_unusable', `${path} holds no URL of a PostgreSQL database.`);
  return text;
}
