import type { Scenarios } from './scenario.ts';

export const logsScenarios: Scenarios = {
  'logs app': [['logs', 'app', 'shop', '-n', '5']],
  'logs network': async (user) => {
    const { url } = await user.json<{ url: string }>(['apps', 'info', 'shop']);
    await (await fetch(url)).text();
    return [await user.run(['logs', 'network', '-n', '50', '-o', 'json'])];
  },
  'logs build': [['logs', 'build', '--app', 'shop']],
};
