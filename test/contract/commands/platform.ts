import type { Scenarios } from './scenario.ts';

/** Last of all: the platform is gone in between. */
export const platformScenarios: Scenarios = {
  'platform logs': [['platform', 'logs', '-n', '3']],
  'platform stop': [
    ['platform', 'stop'],
    ['platform', 'stop'],
  ],
  'platform start': [
    ['platform', 'start'],
    ['platform', 'start'],
  ],
  'platform status': [['platform', 'status']],
};
