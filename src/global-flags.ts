import type { Command } from '@oclif/core';
import { RigError } from '@rig-ops/contract/errors';

/** A flag that every command understands because a step of the hook layer takes it. */
export interface GlobalFlag {
  readonly name: string;
  readonly char?: string;
  readonly takesValue: boolean;
  /** Taken even where the command defines a flag of that name. */
  readonly always?: boolean;
  readonly description: string;
  readonly helpValue?: string;
  readonly options?: readonly string[];
}

/** Values by name of the flag, the last one given; `true` for a flag without a value. */
export type GivenFlags = Readonly<Record<string, string | true | undefined>>;

type Definitions = Command.Loadable['flags'];

/**
 * Takes the global flags out of a command line: those in front of the command's words, and those
 * behind them that the command does not define itself. What follows `--`, and the value of a flag of
 * the command, stays. Without a command it takes whatever looks like a global flag.
 * @throws RigError `usage` for a flag without its value, once the command is known.
 */
export function takeGlobalFlags(
  argv: readonly string[],
  globals: readonly GlobalFlag[],
  command?: Pick<Command.Loadable, 'flags'>,
): { rest: string[]; given: GivenFlags } {
  const rest: string[] = [];
  const given: Record<string, string | true> = {};
  for (let index = 0; index < argv.length; index += 1) {
    const token = argv[index] ?? '';
    if (token === '--') {
      rest.push(...argv.slice(index));
      break;
    }
    const leading = rest.length === 0;
    const match = matchGlobal(token, globals, leading ? undefined : command?.flags);
    if (match === undefined) {
      rest.push(token);
      const next = argv[index + 1];
      if (next !== undefined && next !== '--' && takesNextWord(token, command?.flags)) {
        rest.push(next);
        index += 1;
      }
      continue;
    }
    const { flag } = match;
    if (!flag.takesValue) given[flag.name] = true;
    else if (match.value !== undefined) given[flag.name] = match.value;
    else {
      const next = argv[index + 1];
      if (next !== undefined && next !== '--') {
        given[flag.name] = next;
        index += 1;
      } else if (command !== undefined) throw new RigError('usage', `${token} needs a value.`);
    }
  }
  return { rest, given };
}

function matchGlobal(
  token: string,
  globals: readonly GlobalFlag[],
  own: Definitions | undefined,
): { flag: GlobalFlag; value?: string } | undefined {
  for (const flag of globals) {
    const free = (spelling: string) => flag.always === true || !defines(own, spelling);
    const long = `--${flag.name}`;
    if (free(long)) {
      if (token === long) return { flag };
      if (flag.takesValue && token.startsWith(`${long}=`))
        return { flag, value: token.slice(long.length + 1) };
    }
    if (flag.char === undefined || !free(`-${flag.char}`)) continue;
    const short = `-${flag.char}`;
    if (token === short) return { flag };
    if (flag.takesValue && token.startsWith(short) && !token.startsWith('--')) {
      return { flag, value: token.slice(2).replace(/^=/, '') };
    }
  }
  return undefined;
}

/** The global flags a command leaves to the hook layer, without the short forms it defines itself. */
export function unclaimedFlags(globals: readonly GlobalFlag[], own: Definitions | undefined): GlobalFlag[] {
  return globals
    .filter(({ name, always }) => always === true || !defines(own, `--${name}`))
    .map(({ char, ...flag }) => (char === undefined || defines(own, `-${char}`) ? flag : { ...flag, char }));
}

/** Whether a command understands a spelling (`--name` or `-c`) itself. */
export function defines(flags: Definitions | undefined, spelling: string): boolean {
  return Object.entries(flags ?? {}).some(([name, flag]) => spellings(name, flag).includes(spelling));
}

function spellings(name: string, flag: Definitions[string]): string[] {
  const negated = flag.type === 'boolean' && flag.allowNo ? [`--no-${name}`] : [];
  const chars = [flag.char, ...(flag.charAliases ?? [])].filter((char) => char !== undefined);
  const names = [name, ...(flag.aliases ?? [])];
  return [
    ...negated,
    ...chars.map((char) => `-${char}`),
    // A one-letter alias is written with one hyphen.
    ...names.map((alias) => (alias.length === 1 ? `-${alias}` : `--${alias}`)),
  ];
}

function takesNextWord(token: string, own: Definitions | undefined): boolean {
  if (!token.startsWith('-') || token.includes('=')) return false;
  return Object.entries(own ?? {}).some(
    ([name, flag]) => flag.type === 'option' && spellings(name, flag).includes(token),
  );
}
