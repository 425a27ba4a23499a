import type {
  CompletableCommand,
  CompletableFlag,
  CompletableValue,
  CompletionIndex,
  ValueKind,
} from './completion-index.ts';

export interface Candidate {
  /** The whole word it would become. */
  word: string;
  summary: string;
}

/** What can stand where the cursor is. */
interface Candidates {
  candidates: Candidate[];
  /** Values to be added, each behind this text; undefined where none are. */
  values: { kind: ValueKind; before: string } | undefined;
  /** App the line is about, as far as it says. */
  app: string | undefined;
  /** Context the line asks for. */
  context: string | undefined;
}

interface Place {
  command: CompletableCommand | undefined;
  /** Words of the command or topic. */
  path: string;
  /** Whether further words may still be part of the command's name. */
  naming: boolean;
  positionals: string[];
  given: Map<string, string>;
  /** The flag whose value is to come. */
  awaits: CompletableFlag | undefined;
  /** Behind `--`: another program's business. */
  over: boolean;
}

/** Commands whose arguments are the words of another one. */
const aboutCommands = new Set(['help', 'schema']);

/** Finds what can come next; `words` are those behind the program's name, the last one as far as it is typed. */
export function findCandidates(index: CompletionIndex, words: readonly string[]): Candidates {
  const current = words.at(-1) ?? '';
  const place = walk(index, words.slice(0, -1));
  const app = place.given.get('app') ?? valueOfKind(place, 'apps');
  const base = { app, context: place.given.get('context') };
  if (place.over) return { ...base, candidates: [], values: undefined };
  if (place.awaits !== undefined) return { ...base, ...offer(place.awaits, current, '') };
  const assignment = /^(--[^=]+=)(.*)$/s.exec(current);
  if (assignment !== null) {
    const [, before = '', typed = ''] = assignment;
    const flag = findFlag(index, place.command, before.slice(0, -1));
    if (flag === undefined || !flag[1].takesValue) return { ...base, candidates: [], values: undefined };
    return { ...base, ...offer(flag[1], typed, before) };
  }
  if (current.startsWith('-')) {
    return { ...base, candidates: offerFlags(index, place, current), values: undefined };
  }
  const names = place.naming ? offerNames(index, place.path, current) : [];
  const arg = argToCome(place);
  const { candidates, values } =
    arg === undefined ? { candidates: [], values: undefined } : offer(arg, current, '');
  return { ...base, candidates: [...names, ...candidates], values };
}

/** Where --app says the app, the argument that would say it is left out. */
function argToCome({ command, given, positionals }: Place): CompletableValue | undefined {
  const [first, second] = command?.args ?? [];
  const isAppSaid = given.has('app') && first?.kind === 'apps' && second !== undefined;
  return command?.args[positionals.length + (isAppSaid ? 1 : 0)];
}

function walk(index: CompletionIndex, words: readonly string[]): Place {
  const place: Place = {
    command: undefined,
    path: '',
    naming: true,
    positionals: [],
    given: new Map(),
    awaits: undefined,
    over: false,
  };
  let awaited = '';
  for (const word of words) {
    if (place.over) break;
    if (place.awaits !== undefined) {
      place.given.set(awaited, word);
      place.awaits = undefined;
    } else if (word === '--') place.over = true;
    else if (word.startsWith('-') && word !== '-') {
      const [spelling = '', ...value] = word.split('=');
      const found = findFlag(index, place.command, spelling);
      if (found === undefined) continue;
      const [name, flag] = found;
      place.given.set(name, value.join('='));
      if (!flag.takesValue || value.length > 0) continue;
      place.awaits = flag;
      awaited = name;
    } else if (place.naming && isName(index, join(place.path, word))) {
      place.path = join(place.path, word);
      place.command = index.commands[place.path];
      if (aboutCommands.has(place.path)) place.path = '';
    } else {
      place.naming = false;
      place.positionals.push(word);
    }
  }
  return place;
}

function join(path: string, word: string): string {
  return path === '' ? word : `${path} ${word}`;
}

function isName(index: CompletionIndex, path: string): boolean {
  const below = `${path} `;
  return (
    Object.hasOwn(index.commands, path) ||
    Object.hasOwn(index.topics, path) ||
    Object.keys(index.commands).some((id) => id.startsWith(below))
  );
}

/** The next words of commands and topics; a topic without a command that is shown is none. */
function offerNames(index: CompletionIndex, path: string, typed: string): Candidate[] {
  const start = path === '' ? '' : `${path} `;
  const summaries = new Map<string, string>();
  for (const [id, { summary }] of Object.entries(index.commands)) {
    if (!id.startsWith(start)) continue;
    const [word = '', ...further] = id.slice(start.length).split(' ');
    if (!word.startsWith(typed)) continue;
    if (further.length === 0) summaries.set(word, summary);
    else if (!summaries.has(word)) summaries.set(word, index.topics[start + word] ?? '');
  }
  return [...summaries].map(([word, summary]) => ({ word, summary })).toSorted(byWord);
}

function offerFlags(index: CompletionIndex, { command, given }: Place, typed: string): Candidate[] {
  const all = { ...index.globals, ...command?.flags };
  return Object.entries(all)
    .filter(([name, { multiple }]) => multiple === true || !given.has(name))
    .map(([name, { summary }]) => ({ word: `--${name}`, summary }))
    .filter(({ word }) => word.startsWith(typed))
    .toSorted(byWord);
}

function offer(
  { options, kind, summary }: CompletableValue,
  typed: string,
  before: string,
): Pick<Candidates, 'candidates' | 'values'> {
  if (options === undefined) return { candidates: [], values: kind && { kind, before } };
  const fitting = options.filter((option) => option.startsWith(typed));
  return { candidates: fitting.map((option) => ({ word: before + option, summary })), values: undefined };
}

function findFlag(
  index: CompletionIndex,
  command: CompletableCommand | undefined,
  spelling: string,
): [name: string, flag: CompletableFlag] | undefined {
  for (const flags of [command?.flags ?? {}, index.globals]) {
    const found = Object.entries(flags).find(
      ([name, { char }]) => spelling === `--${name}` || (char !== undefined && spelling === `-${char}`),
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

function valueOfKind({ command, positionals }: Place, kind: ValueKind): string | undefined {
  const position = command?.args.findIndex((arg) => arg.kind === kind) ?? -1;
  return position === -1 ? undefined : positionals[position];
}

function byWord(a: Candidate, b: Candidate): number {
  return a.word < b.word ? -1 : 1;
}
