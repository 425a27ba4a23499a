import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RigError } from '@rig-ops/contract/errors';

const KEY_BYTES = 32;

/** Keys by id, and the one that new values are written with. */
export interface ConfigKeys {
  readonly current: string;
  readonly keys: ReadonlyMap<string, KeyObject>;
}

interface KeysFile {
  current: string;
  /** Base64 of 32 bytes, by id. */
  keys: Record<string, string>;
}

/**
 * The keys of this platform; one is made when there are none. A new one is taken into use by adding it to the
 * file and naming it as `current`; older ones are needed as long as something was written with them.
 * @throws RigError `config_unreadable`
 */
export async function readConfigKeys(path: string): Promise<ConfigKeys> {
  await makeIfMissing(path);
  try {
    const { current, keys: encoded } = JSON.parse(await readFile(path, 'utf8')) as KeysFile;
    const keys = new Map(Object.entries(encoded).map(([id, text]) => [id, toKey(id, text)] as const));
    if (!keys.has(current)) throw new Error(`it has no key ${JSON.stringify(current)}`);
    return { current, keys };
  } catch (cause) {
    throw new RigError(
      'config_unreadable',
      `${path} cannot be used: ${cause instanceof SyntaxError ? 'it is not JSON' : (cause as Error).message}.`,
      { hint: 'Put it back from a backup. Without it the configuration of apps is lost.' },
    );
  }
}

function toKey(id: string, text: string): KeyObject {
  const bytes = Buffer.from(text, 'base64');
  if (!/^[\w-]{1,32}$/.test(id))
    throw new Error('the name of a key has other characters than letters and digits');
  if (bytes.length !== KEY_BYTES) throw new Error(`its key ${id} does not have ${KEY_BYTES} bytes`);
  return createSecretKey(bytes);
}

async function makeIfMissing(path: string): Promise<void> {
  const first = `k_${randomBytes(4).toString('hex')}`;
  const fresh: KeysFile = { current: first, keys: { [first]: randomBytes(KEY_BYTES).toString('base64') } };
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(`${JSON.stringify(fresh, null, 2)}\n`);
      // Values that are written with it survive a power cut; so must it.
      await file.sync();
    } finally {
      await file.close();
    }
    const folder = await open(dirname(path), 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
