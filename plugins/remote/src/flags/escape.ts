import { Flags } from '@oclif/core';

/** The escape character of what has the terminal. */
export const escapeFlag = {
  escape: Flags.string({
    char: 'e',
    env: 'RIG_ESCAPE',
    helpValue: 'CHAR|none',
    description:
      'Character that begins an escape at the beginning of a line, as ~ or ^]; none for no escapes.',
    default: '~',
  }),
};
