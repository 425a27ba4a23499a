import { type Command, type Config, Parser } from '@oclif/core';
import { helpDocument } from './help-document.ts';

/**
 * Documents of oclif's own commands in a machine format, which return nothing at all (`help`). Undefined
 * for every other command.
 */
export async function ownDocument(
  config: Config,
  command: Command.Loadable,
  args: readonly string[],
): Promise<object | undefined> {
  if (command.id !== 'help') return undefined;
  await refuseWhatItDoesNotTake(command, args);
  return helpDocument(
    config,
    args.filter((arg) => !arg.startsWith('-')).flatMap((arg) => arg.split(':')),
  );
}

/** The command itself does not run, so nobody else reads its arguments. Throws oclif's errors of parsing. */
async function refuseWhatItDoesNotTake(command: Command.Loadable, args: readonly string[]): Promise<void> {
  const { flags, args: definitions, strict } = await command.load();
  for (const arg of Object.values(definitions)) arg.ignoreStdin ??= true;
  await Parser.parse([...args], { flags, args: definitions, strict });
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
