import { Flags } from '@oclif/core';
import { logLevels, logSourceKinds } from '@rig-ops/contract/log-words';

const list = { multiple: true, delimiter: ',' } as const;

/** Flags that select lines, of every command that shows a log. */
export const queryFlags = {
  since: Flags.string({
    description: 'Lines from this time on: 10m, 2h, 7d, today, yesterday, 2026-01-31, or RFC 3339.',
    helpValue: 'TIME',
    helpGroup: 'SELECT',
  }),
  until: Flags.string({
    description: 'Lines before this time; the same forms.',
    helpValue: 'TIME',
    helpGroup: 'SELECT',
  }),
  grep: Flags.string({
    description: 'Lines that contain this text; several times: one of them.',
    helpValue: 'TEXT',
    helpGroup: 'SELECT',
    multiple: true,
    multipleNonGreedy: true,
    exclusive: ['regex'],
  }),
  regex: Flags.string({
    description: 'Lines that match this regular expression (RE2 syntax).',
    helpValue: 'PATTERN',
    helpGroup: 'SELECT',
    multiple: true,
    multipleNonGreedy: true,
  }),
  'ignore-case': Flags.boolean({
    char: 'i',
    description: 'Take upper and lower case for the same in --grep and --regex.',
    helpGroup: 'SELECT',
  }),
  'invert-match': Flags.boolean({
    char: 'v',
    description: 'The lines that --grep or --regex leave out.',
    helpGroup: 'SELECT',
  }),
  level: Flags.string({
    ...list,
    description: `Lines of these levels: ${logLevels.join(', ')}; warn+ for warn and what is worse.`,
    helpValue: 'LEVEL',
    helpGroup: 'SELECT',
  }),
  field: Flags.string({
    description: 'Lines (JSON or logfmt) whose field has this value; several times: all of them.',
    helpValue: 'NAME=VALUE',
    helpGroup: 'SELECT',
    multiple: true,
    multipleNonGreedy: true,
  }),
  where: Flags.string({
    description:
      "Lines whose fields meet a condition, as 'status>=500 and path~/api'. docs/logs.md has all of it.",
    helpValue: 'CONDITION',
    helpGroup: 'SELECT',
  }),
  stream: Flags.string({
    ...list,
    description: 'Lines written to stdout or to stderr.',
    options: ['stdout', 'stderr'],
    helpGroup: 'SELECT',
  }),
  before: Flags.integer({
    char: 'B',
    description: 'So many lines in front of each as well.',
    helpValue: 'LINES',
    helpGroup: 'SELECT',
    min: 0,
    max: 1000,
  }),
  after: Flags.integer({
    char: 'A',
    description: 'So many lines behind each as well.',
    helpValue: 'LINES',
    helpGroup: 'SELECT',
    min: 0,
    max: 1000,
  }),
  context: Flags.integer({
    char: 'C',
    description: 'So many lines on both sides of each.',
    helpValue: 'LINES',
    helpGroup: 'SELECT',
    min: 0,
    max: 1000,
    exclusive: ['before', 'after'],
  }),
  reverse: Flags.boolean({
    description: 'Newest first.',
    helpGroup: 'SELECT',
    exclusive: ['follow'],
  }),
};

/** Flags that select by what wrote a line; a build has none of it. */
export const originFlags = {
  process: Flags.string({ ...list, description: 'Lines of these processes.', helpGroup: 'SELECT' }),
  instance: Flags.string({
    ...list,
    description: 'Lines of these instances, as web.1.',
    helpGroup: 'SELECT',
  }),
  release: Flags.string({
    ...list,
    description: 'Lines of these releases, as v3.',
    helpGroup: 'SELECT',
  }),
  source: Flags.string({
    ...list,
    description: 'Lines of the app, of the platform about it, of the edge in front of it, of its builds.',
    options: [...logSourceKinds],
    helpGroup: 'SELECT',
  }),
};

/** Of a network, `--only` says what kind of thing wrote a line. */
const { source: _source, ...withoutSource } = originFlags;
export const networkOriginFlags = withoutSource;
