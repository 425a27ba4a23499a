import { Flags } from '@oclif/core';

/** Where and as whom a session begins: those of `shell` and `command`. */
export const whereFlags = {
  process: Flags.string({ char: 'p', description: 'In the first running instance of this process.' }),
  instance: Flags.string({
    char: 'i',
    description: 'In this instance, as web.1.',
    exclusive: ['process'],
  }),
  env: Flags.string({
    description: 'Add a variable to the environment of the app; its value is recorded nowhere.',
    helpValue: 'NAME=VALUE',
    multiple: true,
  }),
};
