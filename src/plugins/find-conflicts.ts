import type { PluginCommand } from './examine-plugin.ts';

/** A name that two plugins want. */
export interface CommandConflict {
  /** As it is typed, without `rig`. */
  command: string;
  /** Who has it already. */
  owner: string;
  /** `command`: the same name. `topic`: a command where there are commands below that word. `argument`: it
   * would take the place of an argument of an existing command. */
  kind: 'command' | 'topic' | 'argument';
}

/** The plugins that are there, the one that is replaced left out. */
export interface ExistingPlugin {
  name: string;
  commands: readonly PluginCommand[];
}

/** What the commands of a plugin would take from others; hidden commands and aliases count as any other. */
export function findConflicts(
  added: readonly PluginCommand[],
  existing: readonly ExistingPlugin[],
): CommandConflict[] {
  const found: CommandConflict[] = [];
  for (const id of new Set(added.flatMap(namesOf))) {
    for (const { name: owner, commands } of existing) {
      const kind = conflictOf(id, commands);
      if (kind !== undefined) found.push({ command: id.replaceAll(':', ' '), owner, kind });
    }
  }
  return found;
}

function conflictOf(id: string, commands: readonly PluginCommand[]): CommandConflict['kind'] | undefined {
  const names = commands.flatMap(namesOf);
  if (names.includes(id)) return 'command';
  if (names.some((name) => name.startsWith(`${id}:`))) return 'topic';
  const takesWord = commands.some(
    (command) => takesArguments(command) && namesOf(command).some((name) => id.startsWith(`${name}:`)),
  );
  return takesWord ? 'argument' : undefined;
}

function takesArguments({ args, strict }: PluginCommand): boolean {
  return strict === false || Object.keys(args ?? {}).length > 0;
}

/** Every way a command is called, in oclif's spelling. */
function namesOf({ id, aliases, hiddenAliases }: PluginCommand): string[] {
  return [id, ...(aliases ?? []), ...(hiddenAliases ?? [])].map((name) => name.replaceAll(' ', ':'));
}

export function describeConflict(plugin: string, { command, owner, kind }: CommandConflict): string {
  if (kind === 'command') return `\`rig ${command}\` of ${plugin} is a command of ${owner} already.`;
  if (kind === 'topic')
    return `\`rig ${command}\` of ${plugin} would stand in front of the \`rig ${command} …\` of ${owner}.`;
  return `\`rig ${command}\` of ${plugin} would take an argument away from a command of ${owner}.`;
}
