import { startLogin } from '../../support/device-login.ts';
import { startReceiver } from './receiver.ts';
import type { Scenarios } from './scenario.ts';

export const coreScenarios: Scenarios = {
  help: [['help'], ['help', 'context'], ['help', 'deploy'], ['apps', 'list', '--help']],
  version: [['version']],
  autocomplete: [['autocomplete', 'fish']],
  'autocomplete refresh': [['autocomplete', 'refresh', '--for-app', 'shop']],
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
  'context show': [
    ['context', 'show'],
    ['context', 'show', 'elsewhere'],
  ],
  'context rename': [
    ['context', 'rename', 'elsewhere', 'else'],
    ['context', 'rename', 'else', 'elsewhere'],
  ],
  api: [
    ['api', 'GET', '/v1/apps'],
    ['api', 'GET', 'events', '--paginate', '-f', 'limit=1'],
    ['api', 'GET', 'whoami', '--include'],
  ],
  login: async (user) => {
    const { url } = user.platformFile<{ url: string }>('platform.json');
    const waiting = await startLogin(user, [url, '--name', 'here', '-o', 'json']);
    const approve = ['--context', 'embedded', 'login', '--approve', waiting.code, '--yes', '-o', 'json'];
    return [await user.run(approve), await waiting.outcome];
  },
  logout: async (user) => {
    const loggedOut = await user.run(['logout', 'here', '-o', 'json']);
    await user.run(['context', 'use', 'embedded']);
    return [loggedOut];
  },
  'context use': [
    ['context', 'use', 'elsewhere'],
    ['context', 'use', 'embedded'],
  ],
  'context remove': [['context', 'remove', 'elsewhere']],
  'audit list': [
    ['audit', 'list'],
    ['audit', 'list', '--since', 'yesterday', '--action', 'app.*', '--result', 'succeeded', '-n', '1'],
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
  'audit drains add': async (user) => {
    const url = await startReceiver();
    return [
      await user.run(
        ['audit', 'drains', 'add', 'otel', url, '--allow-private', '--headers', '-', '-o', 'json'],
        {
          stdin: 'authorization: Bearer sesame',
        },
      ),
    ];
  },
  'audit drains list': [['audit', 'drains', 'list']],
  'audit drains test': [['audit', 'drains', 'test', 'otel']],
  'audit drains remove': [['audit', 'drains', 'remove', 'otel']],
};
