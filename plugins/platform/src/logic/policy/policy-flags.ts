import { Flags } from '@oclif/core';
import type { Role } from '@rig-ops/contract/access';
import type { AccessPolicy } from '@rig-ops/contract/resources';
import { parseHours } from './parse-hours.ts';
import { parseCommandPattern, parseSeconds } from './parse-policy.ts';

const KINDS = ['shell', 'command', 'forward', 'copy'] as const;

/** Names of rules as flags give and take them, and the fields they set. */
const FIELDS = {
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

export const policyFlags = {
  users: Flags.string({
    helpValue: 'USER,…',
    description: 'Only these users, and those with one of --roles.',
  }),
  roles: Flags.string({
    helpValue: 'ROLE,…',
    description: 'Only who has one of these roles there, and --users.',
  }),
  kinds: Flags.string({
    helpValue: 'KIND,…',
    description: `Only these kinds of access: ${KINDS.join(', ')}.`,
  }),
  allow: Flags.string({
    multiple: true,
    helpValue: 'COMMAND',
    description:
      'Only commands like this one, argument by argument: "rake db:*", "uptime"; ** is any further ones.',
  }),
  deny: Flags.string({
    multiple: true,
    helpValue: 'COMMAND',
    description: 'No command like this one, whatever is allowed.',
  }),
  reason: Flags.string({
    options: ['optional', 'required'],
    description: 'Whether each session needs a --reason.',
  }),
  recording: Flags.string({
    options: ['off', 'optional', 'required'],
    description: 'Whether sessions are recorded: never, where it can be done, or they do not begin.',
  }),
  maximum: Flags.string({ helpValue: 'TIME', description: 'How long a session may last: 30m, 8h.' }),
  idle: Flags.string({ helpValue: 'TIME', description: 'How long without a byte either way.' }),
  hours: Flags.string({
    multiple: true,
    helpValue: 'HOURS',
    description: 'Only within these hours, as "mon-fri 09:00-17:00 Europe/Berlin".',
  }),
  approval: Flags.string({
    options: ['none', 'required'],
    description: 'Whether somebody else has to approve each session.',
  }),
  unset: Flags.string({
    multiple: true,
    options: Object.keys(FIELDS),
    description: 'Take a rule out of the policy.',
  }),
};

type Given = {
  [K in keyof typeof FIELDS | 'unset']?:
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
  for (const rule of given.unset ?? []) delete changed[FIELDS[rule as keyof typeof FIELDS]];
  return changed;
}
