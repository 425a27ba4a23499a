import type { Config } from '@oclif/core';
import { helpDocument } from './help-document.ts';

/**
 * Documents of oclif's own commands in a machine format: their results are oclif's insides (`plugins`
 * returns 124 KB of them) or nothing at all (`help`). Undefined for every other command.
 */
export function ownDocument(config: Config, id: string, args: readonly string[]): object | undefined {
  if (id === 'help')
    return helpDocument(
      config,
      args.filter((arg) => !arg.startsWith('-')).flatMap((arg) => arg.split(':')),
    );
  if (id === 'plugins') return { plugins: listPlugins(config) };
  return undefined;
}

export interface ListedPlugin {
  name: string;
  version: string;
  /** `core` comes with rig, `user` was installed, `link` is a folder. */
  type: string;
}

/** The plugins by name, the core itself left out. */
export function listPlugins(config: Config): ListedPlugin[] {
  return config
    .getPluginsList()
    .filter(({ root }) => root !== config.root)
    .map(({ name, version, type }) => ({ name, version, type }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
