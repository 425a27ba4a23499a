import type { Scenarios } from './scenario.ts';

export const dashboardScenarios: Scenarios = {
  status: [['status']],
  'status dashboard': [
    ['status', 'dashboard'],
    ['status', 'dashboard', '--once'],
    ['status', 'dashboard', '--web', '--no-open'],
  ],
  events: [['events'], ['events', 'shop', '--after', '0']],
};
