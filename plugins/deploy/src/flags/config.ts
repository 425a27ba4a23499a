import { Flags } from '@oclif/core';
import { appFlag } from '@rig-ops/kit';

/** The app a command about configuration is about, and how a change comes to it. */
export const configChangeFlags = {
  ...appFlag,
  deploy: Flags.boolean({
    allowNo: true,
    default: true,
    description: 'Make a release with the change at once; otherwise the next release gets it.',
  }),
};

/** Of `rig deploy`: configuration that goes live together with the release. */
export const deployConfigFlags = {
  config: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    description: 'Set a variable with the release; NAME=- takes the value from stdin.',
    helpValue: 'NAME=VALUE',
  }),
  'config-file': Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    description: 'Set the variables of a dotenv file with the release; --config wins.',
    helpValue: 'FILE',
  }),
  secret: Flags.boolean({
    description: 'Make the variables of --config and --config-file secrets.',
  }),
};

/** What an app is created with. */
export const newAppFlags = {
  network: Flags.string({
    description: 'Network of a new app; the default one when absent. An app stays in its network.',
    helpValue: 'NETWORK',
  }),
  domain: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    description: 'Route this host name to the app.',
    helpValue: 'HOST',
  }),
};
