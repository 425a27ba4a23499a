import { Flags } from '@oclif/core';

/** Where and as whom a session begins: those of `shell` and `command`. */
export const whereFlags = {
  record: Flags.boolean({
    description: 'Record it, also where no policy asks for that: see rig sessions replay.',
  }),
  process: Flags.string({ char: 'p', description: 'In the first running instance of this process.' }),
  instance: Flags.string({
    char: 'i',
    description: 'In this instance, as web.1.',
    exclusive: ['process'],
  }),
  release: Flags.string({
    description: 'In an instance of this release, as v3; with --new in a fresh one of it.',
    exclusive: ['instance'],
  }),
  new: Flags.boolean({
    description: 'In a fresh one-off instance of the release, instead of a running one.',
    exclusive: ['instance'],
  }),
  user: Flags.string({
    description: 'As this user inside, where the engine has it.',
    helpValue: 'NAME',
  }),
  cwd: Flags.string({
    description: 'Begin in this folder, relative to that of the app.',
    helpValue: 'DIR',
  }),
  env: Flags.string({
    description: 'Add a variable to the environment of the app; its value is recorded nowhere.',
    helpValue: 'NAME=VALUE',
    multiple: true,
  }),
  reason: Flags.string({
    description: 'Why; kept in the audit log, and needed where a policy says so.',
    helpValue: 'TEXT',
  }),
  'wait-approval': Flags.boolean({
    description: 'Wait until somebody has approved it, where a policy wants that, instead of failing.',
  }),
  approval: Flags.string({
    description: 'Id of the approval by somebody else, where a policy wants one.',
    helpValue: 'ID',
  }),
};
