import { RigError } from '@rig-ops/contract/errors';

/** No space and no quota: errno(3). */
const FULL = ['ENOSPC', 'EDQUOT'];

/** A failed write as `disk_full` where space is what is missing; anything else as it is. */
export function toDiskError(error: unknown): unknown {
  const { code, path } = error as NodeJS.ErrnoException;
  if (code === undefined || !FULL.includes(code)) return error;
  const what = path ?? 'The state of the platform';
  return new RigError('disk_full', `${what} cannot be written: the disk is full.`, { cause: error });
}
