import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { RigError } from '@rig-ops/contract/errors';
import { at } from './file-error.ts';

/**
 * A path of an app as it really is, links followed, which must lie in one of its folders.
 * @param shown the path as its user knows it
 * @throws RigError `path_outside_app`, `path_not_found`
 */
export function confine(path: string, roots: readonly string[], shown: string): string {
  const real = realOf(resolve(path), shown);
  const isWithin = roots.some((root) => {
    const folder = realOf(root, root);
    return real === folder || real.startsWith(folder.endsWith(sep) ? folder : folder + sep);
  });
  if (!isWithin) throw new RigError('path_outside_app', `${shown} leads out of the folders of the app.`);
  return real;
}

/** What is not there yet is where its folder is. */
function realOf(path: string, shown: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    const above = dirname(path);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || above === path) {
      return at(shown, () => {
        throw error;
      });
    }
    return join(realOf(above, shown), basename(path));
  }
}
