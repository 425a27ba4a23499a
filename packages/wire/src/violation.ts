import { RigError } from '@rig-ops/contract/errors';

/** The error of a peer that does not keep to the protocol. */
export function violation(what: string): RigError {
  return new RigError('remote_protocol', `The other side broke the session protocol: ${what}.`);
}
