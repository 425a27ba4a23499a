import { sketchPlugin } from '../../support/plugin-package.ts';
import type { User } from '../../support/rig.ts';
import type { Scenarios } from './scenario.ts';

const json = async (user: User, ...words: string[]) => await user.run([...words, '-o', 'json']);

function folderOf(user: User, name: string, commands: string[]): string {
  const { manifest, files } = sketchPlugin({ name, version: '9.0.0', commands });
  return user.source(name.replace('/', '-'), { 'package.json': JSON.stringify(manifest), ...files });
}

export const pluginsScenarios: Scenarios = {
  'plugins link': async (user) => [
    await json(user, 'plugins', 'link', folderOf(user, 'rig-plugin-linked', ['mine', 'whoami'])),
  ],
  'plugins install': async (user) => [
    await json(user, 'plugins', 'install', folderOf(user, 'rig-plugin-new', ['yours'])),
    await json(user, 'plugins', 'install', folderOf(user, '@rig-ops/plugin-dashboard', ['status'])),
  ],
  'plugins list': [['plugins', 'list'], ['plugins']],
  'plugins inspect': [
    ['plugins', 'inspect', 'rig-plugin-new'],
    ['plugins', 'inspect', '@rig-ops/plugin-logs'],
  ],
  'plugins update': [['plugins', 'update']],
  'plugins uninstall': [['plugins', 'uninstall', '@rig-ops/plugin-dashboard', 'rig-plugin-new']],
  'plugins policy': async (user) => {
    const file = user.source('policy', { 'policy.toml': '[plugins]\ndeny = ["rig-plugin-bad"]\n' });
    return [
      await json(user, 'plugins', 'policy', '--set', `${file}/policy.toml`),
      await json(user, 'plugins', 'policy'),
      await json(user, 'plugins', 'policy', '--clear'),
    ];
  },
  'plugins reset': [['plugins', 'reset', '--yes']],
};
