import { Flags } from '@oclif/core';

/** Names the app of a command, the same way everywhere; `this.appName(args.app, flags.app)` reads it. */
export const appFlag = {
  app: Flags.string({
    char: 'a',
    helpValue: 'APP',
    description: 'Name of the app, where it is not given in its place; that of rig.toml when absent.',
  }),
};
