import type { Scenarios } from './scenario.ts';

export const remoteScenarios: Scenarios = {
  command: async (user) => [
    await user.run(['command', 'shop', '-o', 'json', '--', 'node', '-e', 'console.log(1); console.error(2)']),
    await user.run(['command', 'shop', '-o', 'json', '--no-stdin', '--all', '--', 'true']),
    await user.run(['command', 'shop', '-o', 'json', '--batch'], {
      stdin: '{"id": 1, "argv": ["true"]}\nnone\n',
    }),
  ],
};
