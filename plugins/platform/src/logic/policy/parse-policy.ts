import { RigError } from '@rig-ops/contract/errors';
import type { AccessPolicy } from '@rig-ops/contract/resources';
import { parseHours } from './parse-hours.ts';

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

const invalid = (message: string, hint: string) => new RigError('invalid_policy', message, { hint });

/** @throws RigError `invalid_policy` */
export function parseSeconds(text: string, name: string): number {
  const [, count, unit = ''] = /^([1-9]\d{0,8})([smhd])$/.exec(text) ?? [];
  const seconds = Number(count) * (SECONDS[unit] ?? Number.NaN);
  if (seconds > 0) return seconds;
  throw invalid(`${name} is "${text}", which is no length of time.`, 'Write it as 30m, 8h or 1d.');
}

/**
 * Reads the pattern of a command: a pattern for each argument, between spaces, or as a JSON array where one
 * has a space in it.
 * @throws RigError `invalid_policy`
 */
export function parseCommandPattern(text: string): string[] {
  if (text.trimStart().startsWith('[')) {
    try {
      const parsed: unknown = JSON.parse(text);
      if (isTexts(parsed)) return parsed;
    } catch {
      // Told below.
    }
    throw invalid(`${text} is no JSON array of texts.`, `Write it as '["rake", "db:*"]', or "rake db:*".`);
  }
  const words = text.split(/\s+/).filter((word) => word !== '');
  if (words.length > 0) return words;
  throw invalid(
    'The pattern of a command is empty.',
    'Write it as "rake db:*"; ** is any further arguments.',
  );
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'string');

const commandsOf = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map((each: unknown) => (typeof each === 'string' ? parseCommandPattern(each) : each))
    : value;

const hoursOf = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map((each: unknown) => (typeof each === 'string' ? parseHours(each) : each))
    : value;

const lengthOf = (value: unknown, name: string): object =>
  value === undefined
    ? {}
    : { [`${name}Seconds`]: parseSeconds(typeof value === 'string' ? value : JSON.stringify(value), name) };

/**
 * A policy of a file: as the platform tells it, or with commands, hours and lengths of time as people write
 * them. What else is wrong with it the platform says.
 * @throws RigError `invalid_policy`
 */
export function readPolicyDocument(document: unknown): AccessPolicy {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw invalid('The file holds no policy.', 'See `rig access policy set --help` for what a policy says.');
  }
  const whole = document as Record<string, unknown>;
  // What `rig access policy show -o json` prints.
  const told = typeof whole.policy === 'object' && whole.policy !== null ? whole.policy : whole;
  const { maximum, idle, allow, deny, hours, ...rest } = told as Record<string, unknown>;
  return {
    ...rest,
    ...(allow === undefined ? {} : { allow: commandsOf(allow) }),
    ...(deny === undefined ? {} : { deny: commandsOf(deny) }),
    ...(hours === undefined ? {} : { hours: hoursOf(hours) }),
    ...lengthOf(maximum, 'maximum'),
    ...lengthOf(idle, 'idle'),
  } as AccessPolicy;
}
