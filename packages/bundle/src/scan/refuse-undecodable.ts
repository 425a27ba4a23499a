import { RigError } from '@rig-ops/contract/errors';

/** A name that is not UTF-8 arrives with U+FFFD, and then there is no entry of that name. */
export function refuseUndecodable(path: string): void {
  if (!path.includes('\uFFFD')) return;
  throw new RigError('invalid_bundle', `The name of ${path} is not UTF-8.`, {
    hint: 'Rename it, or list it in .rigignore.',
  });
}
