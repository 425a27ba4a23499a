import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { Args } from '@oclif/core';
import { RigError } from '@rig-ops/contract/errors';
import type { Ui } from './ui.ts';

/** Of commands that are about one drain, of logs or of the audit log. */
export const drainArgs = {
  name: Args.string({ required: true, description: 'Name of the drain.', ignoreStdin: true }),
};

/**
 * What the receiver of a drain needs beside its address, from the files that flags name; `-` for the headers
 * is stdin.
 * @throws RigError `config_unreadable`, `invalid_input`
 */
export async function readReceiver(
  files: { headers?: string | undefined; ca?: string | undefined },
  cwd: string,
  stdin: Readable,
): Promise<{ headers?: Record<string, string>; ca?: string }> {
  const { headers, ca } = files;
  const path = (name: string) => (name === '-' ? name : resolve(cwd, name));
  return {
    ...(headers === undefined ? {} : { headers: await readHeaders(path(headers), stdin) }),
    ...(ca === undefined ? {} : { ca: await readText(resolve(cwd, ca)) }),
  };
}

/** How a drain stands, in a word or two. */
export function showDrainState(ui: Ui, { failures, lag }: { failures: number; lag: number }): string {
  if (failures > 0) return ui.style('bad', `failing (${failures})`);
  return lag > 0 ? ui.style('warn', 'behind') : ui.style('good', 'up to date');
}

/**
 * Headers from a file, or from stdin for `-`: a line each, `Name: value`. They hold credentials, so they do
 * not stand on the command line.
 * @throws RigError `config_unreadable`, `invalid_input`
 */
async function readHeaders(path: string, stdin: Readable): Promise<Record<string, string>> {
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
async function readText(path: string): Promise<string> {
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
