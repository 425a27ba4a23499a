import { type BigIntStats, closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { RigError } from '@rig-ops/contract/errors';
import type { FileStamp } from '../scan/scan.ts';

/** What a file was while it was read from its beginning to its end. */
export interface ReadFile {
  size: number;
  executable: boolean;
  stamp: FileStamp;
}

/** Whoever puts a symlink or a named pipe in the place of a file neither leads elsewhere nor holds up. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Reads a file in pieces of the buffer's size, each handed to `take` before the next is read. Starts
 * again, once, when the file changes meanwhile; `begin` is called before each attempt.
 * @throws RigError `source_changed`, `source_unreadable` naming `shown`
 */
export function readSourceFile(
  absolute: string,
  shown: string,
  { buffer, begin, take }: { buffer: Buffer; begin: () => void; take: (piece: Buffer) => void },
): ReadFile {
  for (let attempt = 1; ; attempt += 1) {
    begin();
    const file = readOnce(absolute, shown, { buffer, take });
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
  { buffer, take }: { buffer: Buffer; take: (piece: Buffer) => void },
): ReadFile | null {
  const descriptor = openSource(absolute, shown);
  try {
    const before = fstatSync(descriptor, { bigint: true });
    if (!before.isFile()) throw replaced(shown);
    const told = Number(before.size);
    let size = 0;
    // Some file systems tell no sizes.
    if (told === 0) size = fill(descriptor, buffer, 1);
    // Not until its end: that a file has grown shows in what fstat says then, and the end costs another call.
    while (size < told) {
      const length = fill(descriptor, buffer, Math.min(buffer.length, told - size));
      if (length === 0) break;
      take(buffer.subarray(0, length));
      size += length;
    }
    if (!isSame(before, fstatSync(descriptor, { bigint: true }), size)) return null;
    const { mode, mtimeNs, ctimeNs, ino } = before;
    return { size, executable: (mode & 0o100n) !== 0n, stamp: { mtimeNs, ctimeNs, inode: ino } };
  } catch (error) {
    throw unreadable(error, shown);
  } finally {
    closeSync(descriptor);
  }
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

function isSame(before: BigIntStats, after: BigIntStats, size: number): boolean {
  return (
    Number(before.size) === size &&
    after.size === before.size &&
    before.mtimeNs === after.mtimeNs &&
    before.ctimeNs === after.ctimeNs
  );
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
