import type { Command, Config } from '@oclif/core';
import { unclaimedFlags } from './global-flags.ts';
import { rigHooks } from './hooks/index.ts';

/** What `help` is in a machine format: small, without what only oclif needs. */
export function helpDocument(config: Config, subject: readonly string[]): { help: object } {
  const id = subject.join(':');
  const command = id === '' ? undefined : config.findCommand(id);
  const below = id === '' ? '' : `${id}:`;
  const topics = config.topics
    .filter(({ name, hidden }) => !hidden && isDirectChild(name, below) && hasCommands(config, name))
    .map(({ name, description }) => ({ name: spaced(name), description: firstLine(config, description) }));
  const commands = config.commands
    .filter((entry) => !entry.hidden && (id === '' || entry.id.startsWith(below)))
    .map((entry) => ({
      id: spaced(entry.id),
      summary: firstLine(config, entry.summary ?? entry.description),
    }));
  return {
    help: {
      ...(command === undefined ? { topic: spaced(id) } : describeCommand(config, command, id)),
      topics: topics.toSorted((a, b) => compare(a.name, b.name)),
      commands: commands.toSorted((a, b) => compare(a.id, b.id)),
    },
  };
}

function describeCommand(config: Config, command: Command.Loadable, id: string): object {
  return {
    command: spaced(id),
    summary: firstLine(config, command.summary ?? command.description),
    description: command.description === undefined ? '' : fill(config, command.description, id),
    args: Object.values(command.args ?? {})
      .filter(({ hidden }) => hidden !== true)
      .map(({ name, description, required, options }) => ({
        name,
        description: description ?? '',
        required: required === true,
        ...(options === undefined ? {} : { options }),
      })),
    flags: Object.values(command.flags ?? {})
      .filter(({ hidden }) => hidden !== true)
      .map((flag) => ({
        name: flag.name,
        ...(flag.char === undefined ? {} : { char: flag.char }),
        type: flag.type,
        description: flag.summary ?? flag.description ?? '',
        required: flag.required === true,
        ...(flag.type === 'option' && flag.options !== undefined ? { options: flag.options } : {}),
      })),
    globalFlags: unclaimedFlags(
      rigHooks.flatMap(({ flags }) => flags),
      command.flags,
    ).map(({ name, char, takesValue, description: text, options }) => ({
      name,
      ...(char === undefined ? {} : { char }),
      type: takesValue ? 'option' : 'boolean',
      description: text,
      required: false,
      ...(options === undefined ? {} : { options }),
    })),
    examples: (command.examples ?? []).map((example) =>
      fill(config, typeof example === 'string' ? example : example.command, id),
    ),
  };
}

function isDirectChild(name: string, below: string): boolean {
  return name.startsWith(below) && !name.slice(below.length).includes(':');
}

function hasCommands(config: Config, topic: string): boolean {
  return config.commands.some(({ id, hidden }) => !hidden && id.startsWith(`${topic}:`));
}

/** Fills the two places oclif's templates are commonly used for; others stay as written. */
function fill(config: Config, text: string, id = ''): string {
  return text
    .replaceAll(/<%=\s*config\.bin\s*%>/g, config.bin)
    .replaceAll(/<%=\s*command\.id\s*%>/g, spaced(id));
}

function firstLine(config: Config, text: string | undefined): string {
  return fill(config, text ?? '').split('\n')[0] ?? '';
}

function spaced(id: string): string {
  return id.replaceAll(':', ' ');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
