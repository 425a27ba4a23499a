import { RigError } from '@rig-ops/contract/errors';
import type { CopySpec } from '@rig-ops/contract/supervisor-copy';
import { requireObject, requireText } from '../api/require.ts';

/** @throws RigError invalid_input */
export function parseCopySpec(value: unknown): CopySpec {
  const { session, instance, direction, path, recursive, raw, noClobber } = requireObject(
    value,
    'parameters',
  );
  if (direction !== 'in' && direction !== 'out') {
    throw new RigError('invalid_input', '`direction` is neither `in` nor `out`.');
  }
  const text = requireText(path, 'path');
  if (text.includes('\0')) throw new RigError('invalid_input', 'The path has a NUL in it.');
  return {
    session: requireText(session, 'session'),
    instance: requireText(instance, 'instance'),
    direction,
    path: text,
    recursive: recursive === true,
    raw: raw === true,
    noClobber: noClobber === true,
  };
}
