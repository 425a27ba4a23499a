import { RigError } from '../errors.ts';
import type { LogLevel, LogQuery } from '../log-query.ts';
import { logLevels } from '../log-words.ts';
import { parseMoment } from '../moment.ts';

/** Values of the flags that select lines, as they were given. */
export interface QueryFlags {
  since?: string | undefined;
  until?: string | undefined;
  grep?: string[] | undefined;
  regex?: string[] | undefined;
  'ignore-case'?: boolean | undefined;
  'invert-match'?: boolean | undefined;
  level?: string[] | undefined;
  field?: string[] | undefined;
  where?: string | undefined;
  stream?: string[] | undefined;
  before?: number | undefined;
  after?: number | undefined;
  context?: number | undefined;
  process?: string[] | undefined;
  instance?: string[] | undefined;
  release?: string[] | undefined;
}

/**
 * The query that flags ask for; undefined when they ask for everything.
 * @throws RigError `usage` for a value that is none
 */
export function buildQuery(flags: QueryFlags, now = new Date()): LogQuery | undefined {
  const query: LogQuery = {
    ...timesOf(flags, now),
    ...matchOf(flags),
    ...conditionOf(flags),
    ...given('levels', flags.level?.flatMap(readLevel)),
    ...given('processes', flags.process),
    ...given('instances', flags.instance),
    ...given('releases', flags.release?.map(readRelease)),
    ...given('streams', flags.stream as ('stdout' | 'stderr')[] | undefined),
    ...given('before', flags.before ?? flags.context),
    ...given('after', flags.after ?? flags.context),
  };
  return Object.keys(query).length === 0 ? undefined : query;
}

function given<K extends keyof LogQuery>(key: K, value: LogQuery[K] | undefined): Partial<LogQuery> {
  return value === undefined ? {} : { [key]: value };
}

function timesOf({ since, until }: QueryFlags, now: Date): Partial<LogQuery> {
  const from = since === undefined ? undefined : parseMoment(since, '--since', now);
  const to = until === undefined ? undefined : parseMoment(until, '--until', now);
  if (from !== undefined && to !== undefined && from >= to) {
    throw new RigError('usage', '--since is not before --until.', { hint: 'Exchange the two times.' });
  }
  return { ...given('since', from?.toISOString()), ...given('until', to?.toISOString()) };
}

function matchOf(flags: QueryFlags): Partial<LogQuery> {
  const patterns = flags.regex ?? flags.grep;
  const { 'ignore-case': ignoreCase, 'invert-match': invert } = flags;
  if (patterns === undefined) {
    if (ignoreCase !== true && invert !== true) return {};
    throw new RigError('usage', `${invert === true ? '-v' : '-i'} needs --grep or --regex.`);
  }
  if (patterns.includes('')) throw new RigError('usage', 'The text to look for is empty.');
  return {
    match: {
      patterns,
      ...(flags.regex === undefined ? {} : { regex: true }),
      ...(ignoreCase === true ? { ignoreCase } : {}),
      ...(invert === true ? { invert } : {}),
    },
  };
}

/** `--field` is the short form of the condition that is asked for most. */
function conditionOf({ field = [], where }: QueryFlags): Partial<LogQuery> {
  const conditions = field.map((text) => {
    const sign = text.indexOf('=');
    if (sign < 1) throw new RigError('usage', `--field is "${text}"; it is NAME=VALUE.`);
    return `${quote(text.slice(0, sign))}=${quote(text.slice(sign + 1))}`;
  });
  if (where !== undefined) conditions.push(conditions.length === 0 ? where : `(${where})`);
  return conditions.length === 0 ? {} : { where: conditions.join(' and ') };
}

const quote = (text: string): string => `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;

function readLevel(text: string): LogLevel[] {
  const isFloor = text.endsWith('+');
  const index = logLevels.findIndex(
    (level) => level === text.slice(0, isFloor ? -1 : undefined).toLowerCase(),
  );
  const level = logLevels[index];
  if (level === undefined) {
    throw new RigError('usage', `--level is "${text}"; there are ${logLevels.join(', ')}.`, {
      hint: 'warn+ stands for warn and what is worse.',
    });
  }
  return isFloor ? logLevels.slice(index) : [level];
}

function readRelease(text: string): number {
  const version = /^v?(\d{1,9})$/.exec(text)?.[1];
  if (version === undefined) throw new RigError('usage', `--release is "${text}"; releases are v1, v2, …`);
  return Number(version);
}
