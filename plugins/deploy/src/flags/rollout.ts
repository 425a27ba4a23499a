import { Flags } from '@oclif/core';

const STRATEGIES = ['rolling', 'blue-green', 'recreate', 'canary'];

/** How the new release takes over. What is left out `[deploy]` of rig.toml says. */
export const rolloutFlags = {
  strategy: Flags.string({
    description: 'How the new release takes over; rolling when neither this nor rig.toml says.',
    options: STRATEGIES,
    helpGroup: 'ROLLOUT',
  }),
  steps: Flags.string({
    description: 'Steps of a canary, as 10%:2m,50%:5m; without a time a step lasts until it is promoted.',
    helpValue: 'STEPS',
    helpGroup: 'ROLLOUT',
  }),
  watch: Flags.string({
    description: 'Watch the new release for so long once it is live; if it fails the one before comes back.',
    helpValue: 'TIME',
    helpGroup: 'ROLLOUT',
  }),
  keep: Flags.string({
    description: 'Keep the old instances of a blue-green deploy for so long, for a return at once.',
    helpValue: 'TIME',
    helpGroup: 'ROLLOUT',
  }),
};
