import type { Command, Config } from '@oclif/core';
import { RigError } from '@rig-ops/contract/errors';
import { defines } from './global-flags.ts';

/** What a command line asks for, without its global flags. */
export type Resolved =
  | { kind: 'help'; subject: string[] }
  | { kind: 'command'; command: Command.Loadable; id: string; args: string[] }
  | { kind: 'none'; words: string[] };

/**
 * Finds the command with the most leading words. oclif's own search takes further words for a part of
 * the name where a command has no arguments, and ends with 127.
 */
export function resolveCommand(config: Config, argv: readonly string[]): Resolved {
  if (argv[0] === '--version') return resolveCommand(config, ['version', ...argv.slice(1)]);
  const words = leadingWords(argv);
  const found = longestCommand(config, words);
  // Nothing at all is the topic of everything.
  const isTopic = words.length === 0 || config.findTopic(words.join(':')) !== undefined;
  if (asksForHelp(argv, found?.command)) {
    if (found !== undefined) return { kind: 'help', subject: found.id.split(':') };
    return isTopic ? { kind: 'help', subject: words } : { kind: 'none', words };
  }
  if (found !== undefined) {
    return { kind: 'command', command: found.command, id: found.id, args: argv.slice(found.length) };
  }
  if (words.length === 0 && argv.length > 0) {
    throw new RigError('usage', `There is no command before ${argv[0] ?? ''}.`, {
      hint: 'Run `rig help` for the list of commands.',
    });
  }
  return isTopic ? { kind: 'help', subject: words } : { kind: 'none', words };
}

function leadingWords(argv: readonly string[]): string[] {
  const end = argv.findIndex((token) => token.startsWith('-'));
  return end === -1 ? [...argv] : argv.slice(0, end);
}

function asksForHelp(argv: readonly string[], command: Command.Loadable | undefined): boolean {
  const end = argv.indexOf('--');
  const visible = end === -1 ? argv : argv.slice(0, end);
  return visible.includes('--help') || (visible.includes('-h') && !defines(command?.flags, '-h'));
}

function longestCommand(config: Config, words: readonly string[]) {
  for (let length = words.length; length > 0; length -= 1) {
    const id = words.slice(0, length).join(':');
    const command = config.findCommand(id);
    if (command !== undefined) return { command, id, length };
  }
  return undefined;
}

/** The error for words that are no command, with what may have been meant. */
export function commandNotFound(config: Pick<Config, 'commands'>, words: readonly string[]): RigError {
  const ids = config.commands.filter(({ hidden }) => !hidden).map(({ id }) => id.replaceAll(':', ' '));
  const suggestions = closest(words, ids);
  const meant =
    suggestions.length === 0 ? '' : ` Did you mean ${suggestions.map((id) => `"${id}"`).join(' or ')}?`;
  const typed = words.join(' ');
  const left = suggestions.length === 0 ? withVerb(config, words) : null;
  const next = left ?? suggestions[0];
  const list = left === null ? 'rig help' : `rig help ${words[0]}`;
  return new RigError('command_not_found', `There is no command "${typed}".${meant}`, {
    ...(next === undefined ? {} : { hint: `Run \`rig ${next}\`, or \`${list}\` for the list.` }),
    details: { command: typed, suggestions },
  });
}

/** What is looked at most often of what a topic is about. */
const USUAL_VERBS = ['app', 'list', 'info'];

/** `logs shop` for `logs app shop`: a topic and what it is to be about, and no verb between; null for anything else. */
function withVerb(config: Pick<Config, 'commands'>, words: readonly string[]): string | null {
  const [topic, about, ...more] = words;
  if (topic === undefined || about === undefined || more.length > 0) return null;
  const takesOne = USUAL_VERBS.find((verb) => {
    const command = config.commands.find(({ hidden, id }) => !hidden && id === `${topic}:${verb}`);
    return Object.keys(command?.args ?? {}).length > 0;
  });
  return takesOne === undefined ? null : `${topic} ${takesOne} ${about}`;
}

/** The ids of least edit distance, at most three, none further away than a third of what was typed. */
function closest(words: readonly string[], ids: readonly string[]): string[] {
  const scored = ids.map((id) => {
    // Words beyond those of the command are its arguments.
    const typed = words.slice(0, id.split(' ').length).join(' ');
    return {
      id,
      distance: editDistance(typed, id),
      limit: Math.max(1, Math.floor(Math.max(typed.length, 3) / 3)),
    };
  });
  const near = scored.filter(({ distance, limit }) => distance <= limit);
  const least = Math.min(...near.map(({ distance }) => distance));
  return near
    .filter(({ distance }) => distance === least)
    .map(({ id }) => id)
    .toSorted()
    .slice(0, 3);
}

/** Levenshtein distance, where two neighbours that changed places count as one edit. */
export function editDistance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const above = rows[i - 1] ?? [];
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, (rows[i - 2]?.[j - 2] ?? 0) + 1);
      }
      row.push(least);
    }
    rows.push(row);
  }
  return rows[a.length]?.[b.length] ?? 0;
}
