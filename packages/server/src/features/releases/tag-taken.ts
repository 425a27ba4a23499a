import { RigError } from '@rig-ops/contract/errors';

/** The refusal to take a name from another release. */
export function tagTaken(tag: string, version: number): RigError {
  return new RigError('tag_taken', `v${version} is tagged ${tag} already.`, {
    details: { release: version },
  });
}
