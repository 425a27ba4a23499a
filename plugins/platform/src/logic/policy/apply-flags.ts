import type { Role } from '@rig-ops/contract/access';
import type { AccessPolicy } from '@rig-ops/contract/resources';
import { parseHours } from './parse-hours.ts';
import { parseCommandPattern, parseSeconds } from './parse-policy.ts';

/** Names of rules as flags give and take them, and the fields they set. */
export const POLICY_FIELDS = {
  users: 'users',
  roles: 'roles',
  kinds: 'kinds',
  allow: 'allow',
  deny: 'deny',
  reason: 'reason',
  recording: 'recording',
  maximum: 'maximumSeconds',
  idle: 'idleSeconds',
  hours: 'hours',
  approval: 'approval',
} as const satisfies Record<string, keyof AccessPolicy>;

const words = (text: string): string[] => text.split(',').map((word) => word.trim());

type Given = {
  [K in keyof typeof POLICY_FIELDS | 'unset']?:
    | (K extends 'allow' | 'deny' | 'hours' | 'unset' ? string[] : string)
    | undefined;
};

/**
 * A policy as flags change it: each rule that is given takes the place of the one that was there.
 * @throws RigError `invalid_policy`
 */
export function applyFlags(policy: AccessPolicy, given: Given): AccessPolicy {
  const {
    users,
    roles: named,
    kinds,
    allow,
    deny,
    reason,
    recording,
    maximum,
    idle,
    hours,
    approval,
  } = given;
  const changed: AccessPolicy = {
    ...policy,
    ...(users === undefined ? {} : { users: words(users) }),
    ...(named === undefined ? {} : { roles: words(named) as Role[] }),
    ...(kinds === undefined ? {} : { kinds: words(kinds) as AccessPolicy['kinds'] & object }),
    ...(allow === undefined ? {} : { allow: allow.map(parseCommandPattern) }),
    ...(deny === undefined ? {} : { deny: deny.map(parseCommandPattern) }),
    ...(reason === undefined ? {} : { reason: reason as NonNullable<AccessPolicy['reason']> }),
    ...(recording === undefined ? {} : { recording: recording as NonNullable<AccessPolicy['recording']> }),
    ...(maximum === undefined ? {} : { maximumSeconds: parseSeconds(maximum, '--maximum') }),
    ...(idle === undefined ? {} : { idleSeconds: parseSeconds(idle, '--idle') }),
    ...(hours === undefined ? {} : { hours: hours.map(parseHours) }),
    ...(approval === undefined ? {} : { approval: approval as NonNullable<AccessPolicy['approval']> }),
  };
  for (const rule of given.unset ?? []) delete changed[POLICY_FIELDS[rule as keyof typeof POLICY_FIELDS]];
  return changed;
}
