import { RigError } from '@rig-ops/contract/errors';
import type { Refusal } from './evaluate-policy.ts';

export function notAllowed(
  name: string,
  version: string | null,
  { origin, rule, reason }: Refusal,
): RigError {
  const full = version === null ? name : `${name} ${version}`;
  return new RigError(
    'plugin_not_allowed',
    `${full} is not allowed by \`${rule}\` of ${origin}: ${reason}. Nothing was changed.`,
    { details: { plugin: name, version, origin, rule, reason } },
  );
}
