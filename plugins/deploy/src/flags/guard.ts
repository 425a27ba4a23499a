import { Flags } from '@oclif/core';

/** Waiting for one's turn, and not waiting for the end. */
export const queueFlags = {
  wait: Flags.boolean({
    description: 'Queue when the app is being deployed or locked by others, instead of failing.',
  }),
  'wait-timeout': Flags.string({
    helpValue: 'TIME',
    description: 'Wait at most so long, as 90s, 10m or 2h; 30m when absent. Implies --wait.',
  }),
  detach: Flags.boolean({ description: 'Return as soon as the platform has taken it over; prints its id.' }),
};

/** When a deploy may begin, and whether it is waited for. */
export const guardFlags = {
  ...queueFlags,
  plan: Flags.boolean({
    description:
      'Show what would change and the digest of the plan; change nothing. Exit code 20 if anything would.',
    exclusive: ['dry-run', 'detach', 'wait', 'wait-timeout'],
  }),
  'apply-plan': Flags.string({
    helpValue: 'DIGEST',
    description:
      'Deploy exactly what a plan said; exit code 7 if source, live release, config or platform have moved.',
    exclusive: ['plan', 'dry-run', 'wait', 'wait-timeout'],
  }),
  attach: Flags.string({
    helpValue: 'DEPLOY',
    description: 'Follow a deploy that was begun before, by its id or `latest`, instead of beginning one.',
    exclusive: ['wait', 'wait-timeout', 'detach', 'message', 'create', 'dry-run', 'plan', 'apply-plan'],
  }),
};
