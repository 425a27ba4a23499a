import { isAbsolute, join, resolve } from 'node:path';
import type { CommandParams, ShellParams } from '@rig-ops/contract/channels';
import { RigError } from '@rig-ops/contract/errors';

/** Variables that say where something is, or hold a session together. */
const RESERVED = /^RIG_(?:APP|PROCESS|INSTANCE|RELEASE|SESSION|BUILD)$/;
const IS_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Folder and environment of a session: those of its place, with what its user has added.
 * @throws RigError `invalid_input` for a variable that is none, or not the user's to set
 */
export function placeOf(
  place: { cwd: string; env: Record<string, string> },
  { cwd, env = {} }: Pick<ShellParams | CommandParams, 'cwd' | 'env'>,
): { cwd: string; env: Record<string, string> } {
  for (const [name, value] of Object.entries(env)) {
    if (!IS_NAME.test(name) || value.includes('\0')) {
      throw new RigError('invalid_input', `${JSON.stringify(name)} cannot be the name of a variable.`, {
        hint: 'Names have letters, digits and `_`, and do not begin with a digit.',
      });
    }
    if (RESERVED.test(name)) throw new RigError('invalid_input', `${name} is set by the platform.`);
  }
  if (cwd?.includes('\0') === true) throw new RigError('invalid_input', 'The folder has a NUL in it.');
  return {
    cwd: cwd === undefined ? place.cwd : inFolder(place.cwd, cwd),
    env: { ...place.env, ...env },
  };
}

/** One that has a folder of its own is told where in it: only its engine knows where that is. */
function inFolder(folder: string, path: string): string {
  // That of an image, which has no relative ones.
  if (folder === '') return resolve('/', path);
  return isAbsolute(folder) ? resolve(folder, path) : join(folder, path);
}
