import { RigError } from '@rig-ops/contract/errors';

/** @throws RigError `invalid_input` for a header that a signature is in */
export function refuseOwnHeaders(headers: Readonly<Record<string, string>>): void {
  const own = Object.keys(headers).find((name) => name.startsWith('webhook-'));
  if (own !== undefined) throw new RigError('invalid_input', `The header ${own} is set by rig.`);
}
