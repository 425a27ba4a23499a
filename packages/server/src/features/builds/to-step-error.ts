import { isRigError, RigError } from '@rig-ops/contract/errors';
import { toStoreError } from '../../store/store-error.ts';

/** Whatever a step of a deploy threw as an error that a user can act on. */
export function toStepError(thrown: unknown): RigError {
  const error = toStoreError(thrown);
  if (isRigError(error)) return error;
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new RigError('disk_full', 'The disk of the platform is full.', { cause: thrown });
  return new RigError('unexpected', typeof message === 'string' ? message : String(thrown), {
    cause: thrown,
  });
}
