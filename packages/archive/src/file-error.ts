import { isRigError, RigError } from '@rig-ops/contract/errors';

const UNREADABLE = new Set(['EACCES', 'EPERM', 'EROFS', 'ENAMETOOLONG', 'ELOOP', 'EIO', 'EBUSY', 'ETXTBSY']);
const FULL = new Set(['ENOSPC', 'EDQUOT']);

/** What a failed call of the file system means to whoever copies; `shown` is the path as they know it. */
export function toFileError(thrown: unknown, shown: string): unknown {
  if (isRigError(thrown)) return thrown;
  const { code = '', message } = thrown as NodeJS.ErrnoException;
  const options = { cause: thrown };
  if (code === 'ENOENT') return new RigError('path_not_found', `There is nothing at ${shown}.`, options);
  if (FULL.has(code)) {
    return new RigError('disk_full', `There is no room for ${shown}.`, {
      ...options,
      hint: 'Free some space there, then try again; nothing half-written was left.',
    });
  }
  if (code === 'ENOTDIR' || code === 'EISDIR' || code === 'EEXIST' || code === 'ENOTEMPTY') {
    return new RigError('path_conflict', `Something stands in the way of ${shown} (${code}).`, options);
  }
  if (UNREADABLE.has(code)) {
    return new RigError('path_not_accessible', `${shown} cannot be read or written (${code}).`, options);
  }
  return new RigError('path_not_accessible', `${shown} cannot be copied: ${message}.`, options);
}

/** Runs a call of the file system whose failure is to name a path. */
export function at<T>(shown: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw toFileError(error, shown);
  }
}
