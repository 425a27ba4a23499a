import type { Scenarios } from './scenario.ts';

export const dashboardScenarios: Scenarios = {
  status: [['status']],
  events: [['events'], ['events', 'shop', '--after', '0']],
};
