import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const READ_BYTES = 4096;
const SHOWN_CHARACTERS = 500;

/** The last line of a log behind an offset; null when there is none. */
export function readLastWords(path: string, since: number): string | null {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    return null;
  }
  try {
    const { size } = fstatSync(fd);
    const start = Math.max(size < since ? 0 : since, size - READ_BYTES);
    const buffer = Buffer.alloc(size - start);
    const length = readSync(fd, buffer, 0, buffer.length, start);
    const lines = buffer.toString('utf8', 0, length).split('\n');
    const line = lines.findLast((text) => text.trim() !== '');
    return line?.slice(0, SHOWN_CHARACTERS) ?? null;
  } catch {
    return null;
  } finally {
    closeSync(fd);
  }
}
