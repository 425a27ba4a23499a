import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { RigError } from '@rig-ops/contract/errors';

/**
 * Headers from a file, or from stdin for `-`: a line each, `Name: value`. They hold credentials, so they do
 * not stand on the command line.
 * @throws RigError `config_unreadable`, `invalid_input`
 */
export async function readHeaders(path: string, stdin: Readable): Promise<Record<string, string>> {
  const text = path === '-' ? await readAll(stdin) : await readText(path);
  const headers: Record<string, string> = {};
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [, name, value] = /^([^\s:]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    if (name === undefined || value === undefined) {
      // The line is not shown: it may be a secret.
      throw new RigError('invalid_input', `Line ${index + 1} of the headers is not "Name: value".`);
    }
    headers[name] = value;
  }
  return headers;
}

/** @throws RigError `config_unreadable` */
export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new RigError('config_unreadable', `${path} cannot be read: ${code ?? message}.`, { cause });
  }
}

async function readAll(stdin: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString();
}
