import type { Scenarios } from './scenario.ts';

export const logsScenarios: Scenarios = {
  'logs app': [['logs', 'app', 'shop', '-n', '5']],
  'logs build': [['logs', 'build', '--app', 'shop']],
};
