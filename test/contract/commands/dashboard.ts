import { startReceiver } from './receiver.ts';
import type { Scenarios } from './scenario.ts';

export const dashboardScenarios: Scenarios = {
  status: [['status']],
  'status dashboard': [
    ['status', 'dashboard'],
    ['status', 'dashboard', '--once'],
    ['status', 'dashboard', '--web', '--no-open'],
  ],
  events: [['events'], ['events', 'shop', '--after', '0']],
  'webhooks add': async (user) => {
    const add = ['webhooks', 'add', 'chat', await startReceiver(), '--kind', 'release.*,app.*'];
    const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
    return [
      await user.run([...add, '--app', 'shop', '--allow-private', '-o', 'json']),
      await user.run(
        ['webhooks', 'add', 'own', 'https://hooks.example.com/', '--secret-file', '-', '-o', 'json'],
        { stdin: secret },
      ),
    ];
  },
  'webhooks list': [['webhooks', 'list']],
  'webhooks info': [['webhooks', 'info', 'chat']],
  'webhooks update': [
    ['webhooks', 'update', 'chat', '--kind', 'release.*,app.*,webhook.*', '--app', 'off'],
    ['webhooks', 'update', 'own', '--url', 'https://hooks.example.com/other', '--network', 'default'],
  ],
  'webhooks test': [['webhooks', 'test', 'chat']],
  'webhooks deliveries': async (user) => {
    const list = await user.run(['webhooks', 'deliveries', 'chat', '-o', 'json']);
    const { deliveries } = JSON.parse(list.stdout) as { deliveries: { id: string }[] };
    return [list, await user.run(['webhooks', 'deliveries', 'chat', deliveries[0]?.id ?? '', '-o', 'json'])];
  },
  'webhooks redeliver': async (user) => {
    const { stdout } = await user.run(['webhooks', 'deliveries', 'chat', '-o', 'json']);
    const { deliveries } = JSON.parse(stdout) as { deliveries: { id: string }[] };
    return [
      await user.run(['webhooks', 'redeliver', 'chat', deliveries[0]?.id ?? '', '-o', 'json']),
      await user.run(['webhooks', 'redeliver', 'chat', '--failed', '-o', 'json']),
    ];
  },
  'webhooks rotate-secret': [['webhooks', 'rotate-secret', 'chat', '--overlap', '1h']],
  'webhooks pause': [['webhooks', 'pause', 'chat']],
  'webhooks resume': [['webhooks', 'resume', 'chat', '--from-now']],
  'webhooks remove': [
    ['webhooks', 'remove', 'chat', '--yes'],
    ['webhooks', 'remove', 'own', '--yes'],
  ],
};
