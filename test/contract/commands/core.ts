import type { Scenarios } from './scenario.ts';

export const coreScenarios: Scenarios = {
  help: [['help'], ['help', 'context'], ['help', 'deploy'], ['apps', 'list', '--help']],
  version: [['version']],
  'plugins create': [['plugins', 'create', 'stock', '--yes']],
  schema: [
    ['schema', 'apps', 'list'],
    ['schema', '--all'],
  ],
  doctor: [['doctor']],
  whoami: [['whoami']],
  'context add': async (user) => [
    await user.run(
      ['context', 'add', 'elsewhere', '--url', 'https://rig.example.com', '--token', '-', '-o', 'json'],
      { stdin: 'rig_token' },
    ),
  ],
  'context list': [['context', 'list']],
  'context use': [
    ['context', 'use', 'elsewhere'],
    ['context', 'use', 'embedded'],
  ],
  'context remove': [['context', 'remove', 'elsewhere']],
  'audit list': [
    ['audit', 'list'],
    ['audit', 'list', '--since', 'yesterday', '--action', 'app.*', '-n', '1'],
  ],
  'audit export': async (user) => [
    await user.run(['audit', 'export', '-o', 'json']),
    await user.run(['audit', 'export', 'audit.ndjson', '-o', 'json']),
  ],
  'audit verify': [
    ['audit', 'verify'],
    ['audit', 'verify', 'audit.ndjson', '--against', 'audit.ndjson'],
  ],
  'audit retention': [
    ['audit', 'retention'],
    ['audit', 'retention', '--days', '30'],
  ],
};
