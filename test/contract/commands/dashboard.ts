import type { Scenarios } from './scenario.ts';

export const dashboardScenarios: Scenarios = {
  status: [['status']],
};
