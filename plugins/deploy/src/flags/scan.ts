import { Flags } from '@oclif/core';

/** What goes up. */
export const scanFlags = {
  'dry-run': Flags.boolean({
    description: 'Show what would be uploaded, what is left out and why; do nothing.',
    helpGroup: 'SOURCE',
  }),
};
