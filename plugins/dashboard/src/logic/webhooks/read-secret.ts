import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { addAbortSignal, type Readable } from 'node:stream';
import { RigError } from '@rig-ops/contract/errors';

/** More is no secret, whatever it is. */
const MAX_BYTES = 4_096;

/**
 * The secret in a file, or in stdin for `-`, without the end of its line.
 * @throws RigError `config_unreadable`, `invalid_input`; neither has the secret in it
 */
export async function readSecret(
  file: string,
  { cwd, stdin, signal }: { cwd: string; stdin: Readable; signal: AbortSignal },
): Promise<string> {
  const text = (file === '-' ? await readAll(stdin, signal) : await readText(resolve(cwd, file))).trim();
  if (/^whsec_[A-Za-z0-9+/]+={0,2}$/.test(text)) return text;
  throw new RigError('invalid_input', 'What was given is not a secret: whsec_ and base64 behind it.', {
    hint: 'Make one with: echo "whsec_$(openssl rand -base64 32)", or leave it out and rig makes one.',
  });
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new RigError('config_unreadable', `${path} cannot be read: ${code ?? message}.`, { cause });
  }
}

async function readAll(stdin: Readable, signal: AbortSignal): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of addAbortSignal(signal, stdin)) {
    size += (chunk as Uint8Array).length;
    if (size > MAX_BYTES) break;
    chunks.push(Buffer.from(chunk as Uint8Array));
  }
  return Buffer.concat(chunks).toString();
}
