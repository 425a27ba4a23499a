import type { ValueKind } from './completion-index.ts';

/** By the name of an argument or flag; a plugin's values are completed by these names as well. */
const byName: Readonly<Record<string, ValueKind>> = {
  app: 'apps',
  network: 'networks',
  context: 'contexts',
  release: 'releases',
  instance: 'instances',
  build: 'builds',
  session: 'sessions',
  path: 'folders',
  dir: 'folders',
  folder: 'folders',
  file: 'files',
};

/** By what help calls the value. */
const byHelpValue: Readonly<Record<string, ValueKind>> = {
  APP: 'apps',
  NETWORK: 'networks',
  RELEASE: 'releases',
  INSTANCE: 'instances',
  BUILD: 'builds',
  SESSION: 'sessions',
  DEPLOY: 'deploys',
  'TAG|vN': 'tags',
  FILE: 'files',
  PATH: 'files',
  FOLDER: 'folders',
};

/** Values whose names say too little. */
const byCommand: Readonly<Record<string, ValueKind>> = {
  'context use name': 'contexts',
  'context remove name': 'contexts',
  'rollback version': 'releases',
  'releases info version': 'tags',
  'releases tag version': 'releases',
  'releases tag tag': 'tags',
  'releases diff from': 'releases',
  'releases diff to': 'releases',
  'networks info name': 'networks',
  'networks destroy name': 'networks',
};

/** What completes a value; undefined where nobody knows which there are. */
export function valueKind(
  command: string,
  { name, helpValue }: { name: string; helpValue?: unknown },
): ValueKind | undefined {
  const called = typeof helpValue === 'string' ? byHelpValue[helpValue] : undefined;
  return byCommand[`${command} ${name}`] ?? called ?? byName[name];
}
