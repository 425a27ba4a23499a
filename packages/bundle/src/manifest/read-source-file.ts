import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { RigError } from '@rig-ops/contract/errors';
import type { FileStamp } from '../scan/scan.ts';
import { isSameStamp, stampOf } from '../scan/stamp.ts';

/** What a file was while it was read from its beginning to its end. */
export interface ReadFile {
  size: number;
  executable: boolean;
  stamp: FileStamp;
}

export interface ReadSourceOptions {
  buffer: Buffer;
  /** Called before each attempt. */
  begin: () => void;
  take: (piece: Buffer) => void;
  /** What it was when it was found. Is it still that when it has been read, then nothing happened to it meanwhile. */
  found?: ReadFile;
}

/** Whoever puts a symlink or a named pipe in the place of a file neither leads elsewhere nor holds up. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Reads a file in pieces of the buffer's size, each handed to `take` before the next is read. Starts
 * again, once, when the file changes meanwhile, and once more when it is not what was found.
 * @throws RigError `source_changed`, `source_unreadable` naming `shown`
 */
export function readSourceFile(
  absolute: string,
  shown: string,
  { buffer, begin, take, found }: ReadSourceOptions,
): ReadFile {
  for (let attempt = found === undefined ? 1 : 0; ; attempt += 1) {
    begin();
    const file = readOnce(absolute, shown, { buffer, take, found: attempt === 0 ? found : undefined });
    if (file !== null) return file;
    if (attempt === 2) {
      throw new RigError('source_changed', `${shown} changed while it was being read.`, {
        details: { path: shown },
      });
    }
  }
}

/** Null when the file changed. */
function readOnce(
  absolute: string,
  shown: string,
  { buffer, take, found }: Pick<ReadSourceOptions, 'buffer' | 'take'> & { found: ReadFile | undefined },
): ReadFile | null {
  const descriptor = openSource(absolute, shown);
  try {
    const before = found ?? statFile(descriptor);
    if (before === null) throw replaced(shown);
    let size = 0;
    // Some file systems tell no sizes.
    if (before.size === 0) size = fill(descriptor, buffer, 1);
    // Not until its end: that a file has grown shows in what fstat says then, and the end costs another call.
    while (size < before.size) {
      const length = fill(descriptor, buffer, Math.min(buffer.length, before.size - size));
      if (length === 0) break;
      take(buffer.subarray(0, length));
      size += length;
    }
    const after = statFile(descriptor);
    return after !== null && size === before.size && isSame(before, after) ? before : null;
  } catch (error) {
    // It became a folder since it was found.
    if (found !== undefined && (error as NodeJS.ErrnoException).code === 'EISDIR') return null;
    throw unreadable(error, shown);
  } finally {
    closeSync(descriptor);
  }
}

/** Null for what is no file. */
function statFile(descriptor: number): ReadFile | null {
  const stats = fstatSync(descriptor);
  if (!stats.isFile()) return null;
  return { size: stats.size, executable: (stats.mode & 0o100) !== 0, stamp: stampOf(stats) };
}

/** A read may answer less than asked for before the end of the file. */
function fill(descriptor: number, buffer: Buffer, wanted: number): number {
  let length = 0;
  while (length < wanted) {
    const read = readSync(descriptor, buffer, length, wanted - length, null);
    if (read === 0) break;
    length += read;
  }
  return length;
}

function isSame(before: ReadFile, after: ReadFile): boolean {
  return before.size === after.size && isSameStamp(before.stamp, after.stamp);
}

function openSource(absolute: string, shown: string): number {
  try {
    return openSync(absolute, FLAGS);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new RigError('source_changed', `${shown} was removed before it could be read.`, {
        details: { path: shown },
        cause: error,
      });
    }
    if ((error as NodeJS.ErrnoException).code === 'ELOOP') throw replaced(shown);
    throw unreadable(error, shown);
  }
}

function replaced(shown: string): RigError {
  return new RigError('source_changed', `${shown} is no longer a file.`, { details: { path: shown } });
}

/** What `take` throws is no failure to read. */
function unreadable(error: unknown, shown: string): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (syscall === undefined) return error;
  return new RigError('source_unreadable', `${shown} cannot be read (${code}).`, {
    details: { path: shown },
    cause: error,
  });
}
