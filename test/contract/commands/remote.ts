import type { Scenarios } from './scenario.ts';

export const remoteScenarios: Scenarios = {
  command: [['command', 'shop', '--', 'node', '-e', 'console.log(1); console.error(2)']],
};
