// Who may import whom: one room each, and a room knows only the rooms named here.
// Keys and values are folders; `oclif` stands for every package below the scope @oclif.
const plugin = (name, extra = []) => [
  `plugins/${name}`,
  ['packages/kit', 'packages/client', 'packages/contract', 'oclif', ...extra],
];

export const importTable = Object.fromEntries([
  ['packages/contract', []],
  ['packages/wire', ['packages/contract']],
  ['packages/bundle', ['packages/contract']],
  ['packages/logstore', ['packages/contract']],
  ['packages/archive', ['packages/contract']],
  ['packages/docker', ['packages/contract']],
  ['packages/kubernetes', ['packages/contract']],
  ['packages/web', ['packages/contract', 'packages/wire']],
  ['packages/client', ['packages/contract', 'packages/wire']],
  ['packages/kit', ['packages/contract', 'packages/wire', 'packages/client', 'oclif']],
  [
    'packages/server',
    [
      'packages/contract',
      'packages/wire',
      'packages/bundle',
      'packages/logstore',
      'packages/archive',
      'packages/docker',
    ],
  ],
  [
    'packages/supervisor',
    [
      'packages/contract',
      'packages/wire',
      'packages/logstore',
      'packages/archive',
      'packages/docker',
      'packages/kubernetes',
    ],
  ],
  ['packages/edge', ['packages/contract', 'packages/wire', 'packages/logstore']],
  ['src', ['packages/kit', 'packages/client', 'packages/contract', 'oclif']],
  plugin('deploy', ['packages/bundle']),
  // Follows logs with the code that the pages have too.
  plugin('logs', ['packages/wire']),
  // Carries TCP connections and files over channels, with the code that the other side has.
  plugin('remote', ['packages/wire', 'packages/archive']),
  // Follows logs as the other side does.
  plugin('dashboard', ['packages/wire']),
  plugin('platform'),
]);
