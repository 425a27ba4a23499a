import { createReadStream, fstatSync, readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { RigError } from '@rig-ops/contract/errors';

type Stdin = Readable & { readonly isTTY?: boolean; readonly fd?: number };

/**
 * How each of several programs, or one that is left alone, gets its stdin: a file is read for each from where
 * it stands; a terminal or /dev/null gives nothing. What comes through a pipe is there only once.
 * @returns null for an empty stdin
 * @throws RigError `usage` for a pipe
 */
export function stdinForMany(stdin: Stdin, wanted: boolean): (() => Readable) | null {
  if (!wanted || stdin.isTTY === true) return null;
  const { fd } = stdin;
  const stats = typeof fd === 'number' ? fstatSync(fd) : undefined;
  if (fd !== undefined && stats?.isFile() === true) {
    const start = offsetOf(fd);
    return () => createReadStream('', { fd, start, autoClose: false });
  }
  if (stats?.isCharacterDevice() === true) return null;
  throw new RigError('usage', 'What comes through a pipe can be read once, so it cannot be stdin here.', {
    hint: 'Put it into a file and write < FILE, which is sent whole, or add --no-stdin.',
  });
}

/** Where a file that somebody else opened stands, as Linux tells it; its beginning elsewhere. */
function offsetOf(fd: number): number {
  try {
    const [, position] = /^pos:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8')) ?? [];
    return Number(position ?? 0);
  } catch {
    return 0;
  }
}
