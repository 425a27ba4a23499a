import type { Command, Config } from '@oclif/core';
import type { GlobalFlag } from '../global-flags.ts';
import type {
  CompletableCommand,
  CompletableFlag,
  CompletableValue,
  CompletionIndex,
} from './completion-index.ts';
import { knownValues } from './known-values.ts';
import { valueKind } from './value-kind.ts';

const spaced = (id: string) => id.replaceAll(':', ' ');

/** Makes the index of a command line with all its plugins. Hidden commands, flags and topics stay out. */
export function buildIndex(
  config: Config,
  globals: readonly GlobalFlag[],
  stamp: string,
  now: number,
): CompletionIndex {
  const shown = config.commands.filter(({ hidden }) => !hidden);
  const aliases = shown.flatMap((command) =>
    (command.aliases ?? []).map((alias): [string, Command.Loadable] => [alias, command]),
  );
  const entries = [...shown.map((command): [string, Command.Loadable] => [command.id, command]), ...aliases];
  return {
    format: 1,
    stamp,
    madeAt: now,
    linked: config.getPluginsList().some(({ type }) => type === 'link'),
    commands: Object.fromEntries(
      entries.map(([id, command]) => [spaced(id), describeCommand(spaced(id), command, config)]),
    ),
    topics: Object.fromEntries(
      config.topics
        .filter(({ hidden }) => !hidden)
        .map(({ name, description }) => [spaced(name), firstLine(description, config)]),
    ),
    globals: Object.fromEntries(globals.map((flag) => [flag.name, describeGlobal(flag)])),
  };
}

function describeCommand(id: string, command: Command.Loadable, config: Config): CompletableCommand {
  const args = Object.values(command.args ?? {}).filter(({ hidden }) => hidden !== true);
  const flags = Object.entries(command.flags ?? {}).filter(([, { hidden }]) => hidden !== true);
  return {
    summary: firstLine(command.summary ?? command.description, config),
    args: args.map((arg) => describeValue(id, arg, config)),
    flags: Object.fromEntries(
      flags.flatMap(([name, flag]) => {
        const described = describeFlag(id, { ...flag, name }, config);
        const negated =
          flag.type === 'boolean' && flag.allowNo ? [[`no-${name}`, withoutChar(described)]] : [];
        return [[name, described], ...negated] as [string, CompletableFlag][];
      }),
    ),
  };
}

function describeFlag(
  id: string,
  flag: Command.Flag.Cached & { name: string },
  config: Config,
): CompletableFlag {
  return {
    ...describeValue(id, flag, config),
    ...(flag.char === undefined ? {} : { char: flag.char }),
    takesValue: flag.type === 'option',
    ...(flag.type === 'option' && flag.multiple === true ? { multiple: true } : {}),
  };
}

function withoutChar(flag: CompletableFlag): CompletableFlag {
  return Object.fromEntries(
    Object.entries(flag).filter(([key]) => key !== 'char'),
  ) as unknown as CompletableFlag;
}

function describeValue(
  id: string,
  value: {
    name: string;
    summary?: string | undefined;
    description?: string | undefined;
    options?: readonly string[] | undefined;
    helpValue?: unknown;
  },
  config: Config,
): CompletableValue {
  const kind = valueKind(id, value);
  const options = value.options ?? knownValues(id, value.name);
  return {
    summary: firstLine(value.summary ?? value.description, config),
    ...(options === undefined ? {} : { options: [...options] }),
    ...(kind === undefined ? {} : { kind }),
  };
}

function describeGlobal(flag: GlobalFlag): CompletableFlag {
  const kind = valueKind('', flag);
  return {
    summary: flag.description,
    takesValue: flag.takesValue,
    ...(flag.char === undefined ? {} : { char: flag.char }),
    ...(flag.options === undefined ? {} : { options: [...flag.options] }),
    ...(kind === undefined ? {} : { kind }),
  };
}

/** The part of a description that fits beside a word, with oclif's template words filled in. */
function firstLine(text: string | undefined, config: Config): string {
  const [line = ''] = (text ?? '').split('\n');
  return line.replaceAll(/<%[-=] *config\.bin *%>/g, config.bin).trim();
}
