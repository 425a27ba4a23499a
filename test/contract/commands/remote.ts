import { collect } from '../../support/rig.ts';
import type { Scenarios } from './scenario.ts';

export const remoteScenarios: Scenarios = {
  command: async (user) => [
    await user.run(['command', 'shop', '-o', 'json', '--', 'node', '-e', 'console.log(1); console.error(2)']),
    await user.run(['command', 'shop', '-o', 'json', '--no-stdin', '--all', '--', 'true']),
    await user.run(['command', 'shop', '-o', 'json', '--batch'], {
      stdin: '{"id": 1, "argv": ["true"]}\nnone\n',
    }),
  ],
  forward: async (user) => {
    const child = user.spawn(['forward', 'shop', '0:web', '-o', 'json']);
    // A forward ends when it is told to, in order.
    child.stdout?.once('data', () => child.kill('SIGINT'));
    return [{ ...(await collect(child)), code: 0 }];
  },
};
