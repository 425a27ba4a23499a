import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { addAbortSignal } from 'node:stream';
import { CONFIG_KEY_PATTERN, isReservedKey } from '@rig-ops/contract/config-rules';
import { RigError } from '@rig-ops/contract/errors';
import type { StandardStreams } from '@rig-ops/kit';
import { parseDotenv } from './parse-dotenv.ts';

/** Above what the platform takes for one app. */
const MAX_BYTES = 1024 * 1024;

export interface AssignmentSources {
  /** `NAME=VALUE`, `NAME=-` for a value from stdin, `-` for a dotenv file from stdin. */
  assignments: readonly string[];
  /** Dotenv files; `-` is stdin. Later ones win over earlier ones, assignments over all. */
  files: readonly string[];
}

export interface ReadAssignments {
  /** In the order they came. */
  values: Map<string, string>;
  /** Names whose values stood on the command line. */
  visible: string[];
}

/** Reads variables and their values from where they are. No error has a value in it. @throws RigError `usage`, `invalid_env_file`, `invalid_input` */
export async function readAssignments(
  { assignments, files }: AssignmentSources,
  { cwd, stdin, signal }: { cwd: string; stdin: StandardStreams['stdin']; signal: AbortSignal },
): Promise<ReadAssignments> {
  const split = assignments.filter((each) => each !== '-').map(splitAssignment);
  const fromStdin = [
    ...split.filter(({ value }) => value === '-').map(({ key }) => key),
    ...[...assignments, ...files].filter((each) => each === '-'),
  ];
  if (fromStdin.length > 1)
    throw new RigError('usage', 'stdin can be read for one thing only.', {
      hint: 'Give several variables as a dotenv file: `rig config set - < file`.',
    });
  const twice = split.find(({ key }, index) => split.findIndex((other) => other.key === key) < index);
  if (twice !== undefined) throw new RigError('usage', `${twice.key} is given twice.`);
  const values = new Map<string, string>();
  const all = [...files, ...assignments.filter((each) => each === '-')];
  for (const file of all) {
    const text = file === '-' ? await readStdin(stdin, signal) : await readEnvFile(resolve(cwd, file), file);
    for (const { key, value } of parseDotenv(text, file === '-' ? 'stdin' : file)) {
      // A file for the machine of its author has PORT in it; what the platform sets is no business of it.
      if (isReservedKey(key)) throw reserved(key, file);
      values.set(key, value);
    }
  }
  for (const { key, value } of split)
    values.set(key, value === '-' ? withoutNewline(await readStdin(stdin, signal)) : value);
  return { values, visible: split.filter(({ value }) => value !== '-').map(({ key }) => key) };
}

const KEY = new RegExp(CONFIG_KEY_PATTERN);

function splitAssignment(text: string): { key: string; value: string } {
  const at = text.indexOf('=');
  // Not shown: what has no name may well be a value.
  if (at <= 0)
    throw new RigError('usage', 'An argument is not of the form NAME=VALUE.', {
      hint: 'Quote values with blanks: NAME="two words". NAME=- takes the value from stdin.',
    });
  const key = text.slice(0, at);
  if (!KEY.test(key))
    throw new RigError(
      'invalid_config',
      `${JSON.stringify(key)} is no name of a variable: letters, digits and underscores, not beginning with a digit.`,
    );
  if (isReservedKey(key)) throw new RigError('config_key_reserved', `${key} is set by the platform itself.`);
  return { key, value: text.slice(at + 1) };
}

function reserved(key: string, file: string): RigError {
  return new RigError(
    'config_key_reserved',
    `${file === '-' ? 'stdin' : file} has ${key}, which the platform sets itself.`,
    { hint: `Remove ${key} from it.` },
  );
}

async function readEnvFile(path: string, name: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > MAX_BYTES) throw new RigError('invalid_env_file', `${name} is larger than 1 MiB.`);
    return decode(await readFile(path), name);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined || error instanceof RigError) throw error;
    const why = code === 'ENOENT' ? 'it does not exist' : code === 'EISDIR' ? 'it is a folder' : code;
    throw new RigError('invalid_env_file', `${name} cannot be read: ${why}.`, {
      hint: 'Check the path.',
      cause: error,
    });
  }
}

async function readStdin(stdin: StandardStreams['stdin'], signal: AbortSignal): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of addAbortSignal(signal, stdin)) {
    const bytes = Buffer.from(chunk as Uint8Array);
    size += bytes.length;
    if (size > MAX_BYTES) throw new RigError('invalid_env_file', 'stdin holds more than 1 MiB.');
    chunks.push(bytes);
  }
  return decode(Buffer.concat(chunks), 'stdin');
}

function decode(bytes: Buffer, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new RigError('invalid_env_file', `${name} is not UTF-8.`, { cause });
  }
}

/** Editors and `echo` end a text with one. */
const withoutNewline = (text: string): string => text.replace(/\r?\n$/, '');
