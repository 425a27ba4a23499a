import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { addAbortSignal } from 'node:stream';
import { RigError } from '@rig-ops/contract/errors';
import type { StandardStreams } from '@rig-ops/kit';

/** What was typed. */
export interface ApiOrder {
  method: string;
  path: string;
  /** `key=text` */
  fields: readonly string[];
  /** `key=JSON` or `key=@file` */
  typedFields: readonly string[];
  /** `Name: value` */
  headers: readonly string[];
  /** File with the body; `-` is stdin. */
  input: string | undefined;
}

export interface ApiRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Uint8Array | undefined;
}

interface Surroundings {
  stdin: StandardStreams['stdin'];
  cwd: string;
  signal: AbortSignal;
}

/** The platform answers no HEAD: an error would come without its code. */
const methods = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);
/** Set by the connection itself, or holding credentials, which do not belong on a command line. */
const reserved = new Set(['authorization', 'host', 'content-length', 'connection', 'transfer-encoding']);

/** Makes a request of what was typed. Throws `usage` for what cannot be sent, `source_unreadable` for a file. */
export async function makeApiRequest(order: ApiOrder, around: Surroundings): Promise<ApiRequest> {
  const { method } = order;
  if (!methods.has(method)) {
    throw new RigError('usage', `${method} is not a method: it can be ${[...methods].join(', ')}.`, {
      hint: 'For example: `rig api GET /v1/apps`.',
    });
  }
  const fields = await readFields(order, around.cwd);
  const headers = readHeaders(order.headers);
  const path = absolutePath(order.path);
  if (order.input !== undefined) {
    const body = await readInput(order.input, around);
    return { method, path, headers: { 'content-type': 'application/json', ...headers }, body };
  }
  if (method === 'GET' || fields.length === 0) {
    return { method, path: addQuery(path, fields), headers, body: undefined };
  }
  const body = Buffer.from(JSON.stringify(Object.fromEntries(fields)));
  return { method, path, headers: { 'content-type': 'application/json', ...headers }, body };
}

/** `apps` and `v1/apps` are short for `/v1/apps`. */
function absolutePath(typed: string): string {
  const path = typed.startsWith('/')
    ? typed
    : /^(?:v\d+|oauth|\.well-known)\//.test(typed)
      ? `/${typed}`
      : `/v1/${typed}`;
  // Resolved against some origin, so that nothing typed can lead to another one.
  const { pathname, search } = new URL(`http://platform${path}`);
  return pathname + search;
}

function addQuery(path: string, fields: readonly [string, unknown][]): string {
  if (fields.length === 0) return path;
  const query = new URLSearchParams(
    fields.map(([key, value]): [string, string] => [
      key,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
  return `${path}${path.includes('?') ? '&' : '?'}${query.toString()}`;
}

async function readFields(order: ApiOrder, cwd: string): Promise<[string, unknown][]> {
  const plain = order.fields.map((field): [string, unknown] => split(field, '=', '-f'));
  const typed = order.typedFields.map(async (field): Promise<[string, unknown]> => {
    const [key, value] = split(field, '=', '-F');
    if (value.startsWith('@')) return [key, (await readBytes(resolve(cwd, value.slice(1)))).toString('utf8')];
    try {
      return [key, JSON.parse(value) as unknown];
    } catch {
      throw new RigError('usage', `The value of the field "${key}" is not JSON.`, {
        hint: 'Use -f for plain text.',
      });
    }
  });
  return [...plain, ...(await Promise.all(typed))];
}

function readHeaders(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lines.map((line) => {
      const [name, value] = split(line, ':', '-H');
      const lower = name.trim().toLowerCase();
      if (reserved.has(lower) || !/^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(lower) || /[\r\n\0]/.test(value)) {
        throw new RigError('usage', `The header "${name}" cannot be set.`, {
          hint: 'Credentials come from the context, or from RIG_URL and RIG_TOKEN.',
        });
      }
      return [lower, value.trim()];
    }),
  );
}

function split(text: string, separator: string, flag: string): [string, string] {
  const at = text.indexOf(separator);
  if (at <= 0) throw new RigError('usage', `${flag} takes NAME${separator}VALUE.`);
  return [text.slice(0, at), text.slice(at + 1)];
}

async function readInput(path: string, { stdin, cwd, signal }: Surroundings): Promise<Uint8Array> {
  if (path !== '-') return await readBytes(resolve(cwd, path));
  const chunks: Uint8Array[] = [];
  for await (const chunk of addAbortSignal(signal, stdin)) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}

async function readBytes(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code = 'unknown reason' } = error as NodeJS.ErrnoException;
    throw new RigError('source_unreadable', `${path} cannot be read (${code}).`, {
      hint: 'Check the path.',
      cause: error,
    });
  }
}
