import { type FileHandle, open, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where reading of a log file stopped. */
export interface LogPosition {
  /** Tells the file from the one that replaces it when logs are rotated; null before there is one. */
  inode: number | null;
  offset: number;
}

const CHUNK_BYTES = 64 * 1024;
/** A longer line is handed on in pieces, so that memory stays bounded. */
const MAX_LINE_BYTES = 1024 * 1024;
const POLL_MS = 100;
const NEWLINE = 0x0a;

/** The last `count` whole lines of a file, and where they end. Logs are rotated by size, which bounds it. */
export async function readLastLines(
  path: string,
  count: number,
): Promise<{ lines: string[]; end: LogPosition }> {
  const file = await openIfThere(path);
  if (file === null) return { lines: [], end: { inode: null, offset: 0 } };
  try {
    const { size, ino } = await file.stat();
    let tail: Buffer = Buffer.alloc(0);
    // One newline more than lines: the one before the first.
    while (tail.length < size && countNewlines(tail) <= count) {
      const length = Math.min(CHUNK_BYTES, size - tail.length);
      tail = Buffer.concat([await readAt(file, size - tail.length - length, length), tail]);
    }
    const whole = tail.subarray(0, tail.lastIndexOf(NEWLINE) + 1);
    const lines = count === 0 ? [] : splitWhole(whole).slice(-count);
    return { lines, end: { inode: ino, offset: size - (tail.length - whole.length) } };
  } finally {
    await file.close();
  }
}

/** Lines behind a position as they come, over rotations. Ends by throwing the signal's reason. */
export async function* followLines(
  path: string,
  from: LogPosition,
  signal: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  let position = from;
  for (;;) {
    const file = await openIfThere(path);
    if (file !== null) {
      try {
        const { ino } = await file.stat();
        position = yield* followFile(
          path,
          file,
          ino === position.inode ? position : { inode: ino, offset: 0 },
          signal,
        );
      } finally {
        await file.close();
      }
    }
    await pause(signal);
  }
}

/** Follows one file until it was replaced or cut. */
async function* followFile(
  path: string,
  file: FileHandle,
  { inode, offset: start }: LogPosition,
  signal: AbortSignal,
): AsyncGenerator<string, LogPosition, undefined> {
  let offset = start;
  let rest: Buffer = Buffer.alloc(0);
  let replaced = false;
  for (;;) {
    signal.throwIfAborted();
    const chunk = await readAt(file, offset, CHUNK_BYTES);
    if (chunk.length > 0) {
      offset += chunk.length;
      const text = Buffer.concat([rest, chunk]);
      const end = text.length > MAX_LINE_BYTES ? text.length : text.lastIndexOf(NEWLINE) + 1;
      rest = text.subarray(end);
      yield* splitWhole(text.subarray(0, end));
      continue;
    }
    // Replaced and read to its end after that: nothing more can come.
    if (replaced) return { inode, offset };
    if ((await file.stat()).size < offset) return { inode: null, offset: 0 };
    replaced = await isReplaced(path, inode);
    if (!replaced) await pause(signal);
  }
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

function splitWhole(bytes: Buffer): string[] {
  if (bytes.length === 0) return [];
  const lines = bytes.toString().split('\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

function countNewlines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) count += 1;
  return count;
}

async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function isReplaced(path: string, inode: number | null): Promise<boolean> {
  return await stat(path).then(
    ({ ino }) => ino !== inode,
    () => true,
  );
}

async function pause(signal: AbortSignal): Promise<void> {
  await sleep(POLL_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
}
