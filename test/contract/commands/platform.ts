import type { Scenarios } from './scenario.ts';

/** Last of all: the platform is gone in between. */
export const platformScenarios: Scenarios = {
  'users list': [['users', 'list']],
  'users create': [
    ['users', 'create', 'bob'],
    ['users', 'create', 'ci', '--service'],
  ],
  'users info': [
    ['users', 'info'],
    ['users', 'info', 'bob'],
  ],
  'users disable': [['users', 'disable', 'bob']],
  'users enable': [['users', 'enable', 'bob']],
  'tokens create': [
    ['tokens', 'create', 'laptop'],
    ['tokens', 'create', '--user', 'ci', '--expires', 'never'],
  ],
  'tokens list': [
    ['tokens', 'list'],
    ['tokens', 'list', '--user', 'ci'],
  ],
  'tokens revoke': async (user) => {
    const { id } = await user.json<{ id: string }>(['tokens', 'create', 'short', '--expires', '1h']);
    return [await user.run(['tokens', 'revoke', id, '-o', 'json'])];
  },
  'access grant': [
    ['access', 'grant', 'bob', 'viewer', 'app/shop'],
    ['access', 'grant', 'ci', 'deployer', 'platform'],
  ],
  'access list': [
    ['access', 'list'],
    ['access', 'list', '--user', 'bob', '--on', 'app/shop'],
  ],
  'access explain': [
    ['access', 'explain', 'bob', 'logs.read', 'app/shop'],
    ['access', 'explain', 'bob', 'app.deploy', 'app/shop'],
    ['access', 'explain', 'me', 'users.manage', 'platform'],
  ],
  'access policy set': [
    [
      'access',
      'policy',
      'set',
      'app/shop',
      '--deny',
      'rm **',
      '--deny',
      '["echo", "a b"]',
      '--maximum',
      '8h',
    ],
    [
      'access',
      'policy',
      'set',
      'network/default',
      '--hours',
      'daily 00:00-24:00 UTC',
      '--reason',
      'optional',
    ],
    ['access', 'policy', 'set', 'app/shop', '--unset', 'deny', '--idle', '1h'],
    ['access', 'policy', 'set', 'app/shop', '--idle', '1h', '--plan'],
  ],
  'access policy show': [
    ['access', 'policy', 'show', 'app/shop'],
    ['access', 'policy', 'show', 'platform'],
  ],
  'access policy list': [['access', 'policy', 'list']],
  'access policy clear': [
    ['access', 'policy', 'clear', 'app/shop'],
    ['access', 'policy', 'clear', 'network/default'],
  ],
  'access revoke': [['access', 'revoke', 'bob', 'viewer', 'app/shop']],
  'users remove': [['users', 'remove', 'bob', '--yes']],
  'platform logs': [['platform', 'logs', '-n', '3']],
  'platform stop': [
    ['platform', 'stop'],
    ['platform', 'stop'],
  ],
  'platform database copy': [['platform', 'database', 'copy', '--database-url-file', 'off']],
  'platform start': [
    ['platform', 'start'],
    ['platform', 'start'],
  ],
  'platform status': [['platform', 'status']],
};
