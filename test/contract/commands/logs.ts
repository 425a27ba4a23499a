import { startReceiver } from './receiver.ts';
import type { Scenarios } from './scenario.ts';

export const logsScenarios: Scenarios = {
  'logs app': [
    ['logs', 'app', 'shop', '-n', '5'],
    ['logs', 'app', 'shop', '--source', 'app,edge', '--reverse'],
  ],
  'logs build': [['logs', 'build', '--app', 'shop']],
  'logs network': [
    ['logs', 'network'],
    ['logs', 'network', '--only', 'events'],
  ],
  'logs retention show': [
    ['logs', 'retention', 'show'],
    ['logs', 'retention', 'show', '--app', 'shop'],
  ],
  'logs retention set': [
    ['logs', 'retention', 'set', '--age', '30d', '--total', '20GiB'],
    ['logs', 'retention', 'set', '--app', 'shop', '--space', '2GiB', '--rate', '16MiB', '--burst', 'default'],
  ],
  'logs drains add': async (user) => {
    const add = ['logs', 'drains', 'add', 'otel', await startReceiver(), '--app', 'shop', '--allow-private'];
    return [
      await user.run([...add, '--headers', '-', '-o', 'json'], { stdin: 'authorization: Bearer sesame' }),
    ];
  },
  'logs drains list': [['logs', 'drains', 'list']],
  'logs drains test': [['logs', 'drains', 'test', 'otel']],
  'logs drains remove': [['logs', 'drains', 'remove', 'otel']],
};
