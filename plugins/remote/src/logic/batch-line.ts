import type { CommandParams } from '@rig-ops/contract/channels';
import { RigError } from '@rig-ops/contract/errors';
import { parseTimeSpan } from './parse-time-span.ts';
import { shellArgv } from './shell-argv.ts';
import { parseRelease } from './start-params.ts';

/** One command of a batch. */
export interface BatchCommand {
  params: CommandParams;
  /** What it reads; empty when absent. */
  stdin: Uint8Array | null;
}

/** What the command line says for all lines that do not say it themselves. */
export type BatchDefaults = Partial<Omit<CommandParams, 'argv' | 'terminal'>>;

const known = new Set([
  'id',
  'app',
  'argv',
  'shell',
  'process',
  'instance',
  'release',
  'new',
  'user',
  'cwd',
  'env',
  'reason',
  'stdin',
  'stdinEncoding',
  'timeout',
]);

/** What a line calls itself, as far as it can be read at all. */
export function idOf(line: unknown): string | number | null {
  const id = (line as { id?: unknown } | null)?.id;
  return typeof id === 'string' || typeof id === 'number' ? id : null;
}

/**
 * Reads one line of a batch. What it does not know it refuses, since a mistyped field would otherwise be left out.
 * @throws RigError `invalid_input`, `app_required`
 */
export function readBatchLine(value: unknown, defaults: BatchDefaults): BatchCommand {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong('it is no object');
  const line = value as Record<string, unknown>;
  for (const name of Object.keys(line))
    if (!known.has(name)) throw wrong(`it has an unknown field "${name}"`);
  if ('id' in line && idOf(line) === null && line.id !== null) throw wrong('"id" is no string or number');
  const where = { ...defaults };
  const app = text(line, 'app') ?? where.app;
  if (app === undefined) {
    throw new RigError('app_required', 'The line names no app, and neither does the command line.');
  }
  const env = environment(line);
  const own = {
    ...optional('process', text(line, 'process')),
    ...optional('instance', text(line, 'instance')),
    ...optional('release', release(line)),
    ...optional('new', flag(line, 'new')),
    ...optional('user', text(line, 'user')),
    ...optional('cwd', text(line, 'cwd')),
    ...optional('reason', text(line, 'reason')),
    ...optional('timeoutMs', timeoutOf(line)),
  };
  // Whoever names one place does not mean the other one of the command line.
  if ('process' in own || 'instance' in own) {
    delete where.process;
    delete where.instance;
  }
  return {
    params: {
      ...where,
      ...own,
      ...(env !== undefined && { env: { ...where.env, ...env } }),
      app,
      argv: argvOf(line),
    },
    stdin: stdinOf(line),
  };
}

function argvOf(line: Record<string, unknown>): string[] {
  const { argv } = line;
  const shell = text(line, 'shell');
  if (shell !== undefined) {
    if (argv !== undefined) throw wrong('it has both "argv" and "shell"');
    return shellArgv(shell);
  }
  if (!Array.isArray(argv) || argv.length === 0 || !argv.every((word) => typeof word === 'string'))
    throw wrong('"argv" is no list of strings with at least one');
  return argv;
}

function stdinOf(line: Record<string, unknown>): Uint8Array | null {
  const content = text(line, 'stdin');
  const encoding = text(line, 'stdinEncoding') ?? 'utf-8';
  if (encoding !== 'utf-8' && encoding !== 'base64')
    throw wrong('"stdinEncoding" is neither utf-8 nor base64');
  if (content === undefined) return null;
  const bytes = Buffer.from(content, encoding);
  // Node leaves out what is no base64, which would be input cut without a word.
  if (encoding === 'base64' && bytes.toString('base64').replace(/=+$/, '') !== content.replace(/=+$/, ''))
    throw wrong('"stdin" is no base64');
  return bytes;
}

function timeoutOf({ timeout }: Record<string, unknown>): number | undefined {
  if (timeout === undefined) return undefined;
  if (typeof timeout !== 'string') throw wrong('"timeout" is no span of time, as "30s"');
  try {
    return parseTimeSpan(timeout, '"timeout"');
  } catch {
    throw wrong('"timeout" is no span of time, as "30s"');
  }
}

function environment(line: Record<string, unknown>): Record<string, string> | undefined {
  const { env } = line;
  if (env === undefined) return undefined;
  if (typeof env !== 'object' || env === null || Array.isArray(env)) throw wrong('"env" is no object');
  if (!Object.values(env).every((value) => typeof value === 'string'))
    throw wrong('"env" has a value that is no string');
  return env as Record<string, string>;
}

function release({ release: value }: Record<string, unknown>): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
  if (typeof value !== 'string') throw wrong('"release" is no release, as "v3"');
  try {
    return parseRelease(value);
  } catch {
    throw wrong('"release" is no release, as "v3"');
  }
}

function text(line: Record<string, unknown>, name: string): string | undefined {
  const value = line[name];
  if (value === undefined || typeof value === 'string') return value;
  throw wrong(`"${name}" is no string`);
}

function flag(line: Record<string, unknown>, name: string): boolean | undefined {
  const value = line[name];
  if (value === undefined || typeof value === 'boolean') return value;
  throw wrong(`"${name}" is neither true nor false`);
}

function optional<K extends string, V>(name: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { [P in K]?: V });
}

function wrong(why: string): RigError {
  return new RigError('invalid_input', `This line of the batch cannot be run: ${why}.`, {
    hint: 'A line looks like {"id": "a", "app": "shop", "argv": ["ls", "-l"]}.',
  });
}
