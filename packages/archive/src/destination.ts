import { lstatSync, realpathSync, type Stats, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { RigError } from '@rig-ops/contract/errors';
import { toFileError } from './file-error.ts';

/** Where what is copied is to lie, by the rules of cp(1). */
export interface Destination {
  path: string;
  /** Whether a folder is there already, so that what is copied is mixed with what is in it. */
  merges: boolean;
}

/**
 * - a folder that is there: into it, under the name of the source
 * - a path at which nothing is: there, in a folder that must be there; with a slash behind it only for a folder
 * - a file that is there: instead of it, for a file
 * - a source that stands for what is in it (`.`): the folder itself, which is made if need be
 * @param shown the destination as its user knows it
 * @throws RigError `path_not_found`, `path_conflict`, `path_not_accessible`
 */
export function chooseDestination(
  destination: string,
  source: { name: string; folder: boolean },
  shown: string,
): Destination {
  const there = look(destination, shown);
  const named =
    there?.isDirectory() === true && source.name !== '.' ? join(destination, source.name) : destination;
  if (there === undefined) {
    if (destination.endsWith('/') && !source.folder) {
      throw new RigError('path_not_found', `There is no folder ${shown}.`, {
        hint: 'A path that ends with a slash is a folder; leave the slash out for a file of that name.',
      });
    }
    requireFolder(dirname(resolve(destination)), shown);
  }
  // A link that is named itself is its user's word, as with cp.
  const path = there !== undefined && !there.isDirectory() ? realpathSync(destination) : resolve(named);
  refuseSpecial(there, shown);
  // Whatever is at the very place: a link there is replaced, never followed.
  const place = lookAt(path, shown);
  refuseSpecial(place, shown);
  if (place?.isDirectory() === true && !source.folder) {
    throw new RigError('path_conflict', `${shown} has a folder where the file is to go.`);
  }
  if (place !== undefined && !place.isDirectory() && source.folder) {
    const isTop = source.name === '.' && there?.isDirectory() === true;
    if (!isTop) throw new RigError('path_conflict', `${shown} has no folder where one is to go.`);
    return { path: resolve(path), merges: true };
  }
  return { path, merges: source.folder && place !== undefined };
}

/** A file in place of a device, as `/dev/null`, would harm the whole machine. */
export function refuseSpecial(stats: Stats | undefined, shown: string): void {
  if (stats === undefined || stats.isFile() || stats.isDirectory() || stats.isSymbolicLink()) return;
  throw new RigError('path_conflict', `${shown} is a device, pipe or socket, which is not replaced.`, {
    hint: 'Write one file to stdout: rig cp APP:path - > FILE',
  });
}

function requireFolder(folder: string, shown: string): void {
  const above = look(folder, shown);
  if (above?.isDirectory() === true) return;
  throw new RigError('path_not_found', `There is no folder for ${shown} to be in.`);
}

function look(path: string, shown: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
    throw toFileError(error, shown);
  }
}

function lookAt(path: string, shown: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
    throw toFileError(error, shown);
  }
}
