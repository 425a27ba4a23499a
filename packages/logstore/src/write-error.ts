import { isRigError, RigError } from '@rig-ops/contract/errors';

/** No space, no quota, larger than files may be: errno(3). */
const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** A failed write as rig's error: `disk_full` where space is what is missing. */
export function toWriteError(error: unknown, dir: string): RigError {
  if (isRigError(error)) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== undefined && FULL.has(code)) {
    return new RigError('disk_full', `The log in ${dir} could not be written: the disk is full.`, {
      cause: error,
      details: { dir, errno: code },
    });
  }
  return new RigError('unexpected', `The log in ${dir} could not be written: ${message}.`, { cause: error });
}
