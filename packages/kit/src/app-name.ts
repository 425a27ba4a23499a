import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RigError } from '@rig-ops/contract/errors';

export interface NamedApp {
  name: string;
  /** The `rig.toml` that names it. */
  file: string;
}

/** `NAME_PATTERN` of contract, repeated because the resources it lives with load a schema library. */
const name = /^[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?$/;
/** The key `app` before the first table. A name needs no escapes, so one line says it all. */
const appLine = /^\s*(?:app|"app"|'app')\s*=\s*(?:"([^"]*)"|'([^']*)')\s*(?:#.*)?$/;

/**
 * Finds the `app` of the nearest `rig.toml` in or above a folder; null where none names one. The
 * platform validates the whole file. Throws `invalid_rig_toml` for a name that is none,
 * `config_unreadable` for a file that cannot be read.
 */
export async function findAppName(folder: string): Promise<NamedApp | null> {
  for (let at = folder; ; at = dirname(at)) {
    const file = join(at, 'rig.toml');
    const text = await readIfPresent(file);
    if (text !== null) return readAppName(file, text);
    if (dirname(at) === at) return null;
  }
}

async function readIfPresent(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return null;
    throw new RigError('config_unreadable', `${file} cannot be read (${code ?? 'unknown reason'}).`, {
      cause: error,
    });
  }
}

function readAppName(file: string, text: string): NamedApp | null {
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*\[/.test(line)) return null;
    const match = appLine.exec(line);
    if (match === null) continue;
    const found = match[1] ?? match[2] ?? '';
    if (name.test(found)) return { name: found, file };
    throw new RigError(
      'invalid_rig_toml',
      `${file}:${index + 1}: "${found}" is no name of an app: 1 to 40 lower-case letters, digits and hyphens, starting with a letter.`,
    );
  }
  return null;
}
