import type { Scenarios } from './scenario.ts';

export const dashboardScenarios: Scenarios = {
  status: [['status']],
  'status dashboard': [
    ['status', 'dashboard'],
    ['status', 'dashboard', '--once'],
  ],
  events: [['events'], ['events', 'shop', '--after', '0']],
};
