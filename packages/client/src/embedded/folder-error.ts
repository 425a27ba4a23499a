import { RigError } from '@rig-ops/contract/errors';
import type { PlatformLayout } from '@rig-ops/contract/layout';

/** Says in the user's words why the state of the platform cannot be read or written. */
export function toFolderError(error: unknown, layout: PlatformLayout): unknown {
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return error;
  const place = path ?? layout.root;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new RigError('disk_full', `${place} cannot be written: its disk is full.`, {
      hint: 'Free some space, then try again.',
      cause: error,
    });
  }
  return new RigError('platform_start_failed', `${place} cannot be used (${code}).`, {
    hint: 'Make it accessible to you, or set RIG_HOME to another folder.',
    cause: error,
  });
}
