import { Flags } from '@oclif/core';
import { POLICY_FIELDS } from '../logic/policy/apply-flags.ts';

const KINDS = ['shell', 'command', 'forward', 'copy'] as const;

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
    options: Object.keys(POLICY_FIELDS),
    description: 'Take a rule out of the policy.',
  }),
};
