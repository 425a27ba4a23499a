import { closeSync, mkdirSync, openSync, renameSync, statSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** At this size the file is put aside. */
export const AUDIT_FILE_BYTES = 10_000_000;
/** So many files are kept besides the current one. */
export const AUDIT_FILES_KEPT = 5;
/** A rotation takes milliseconds; a lock this old was left by a process that died. */
const STALE_LOCK_MS = 10_000;

/**
 * Appends one line to `audit.jsonl` of a folder, which is made if need be. One write to a file opened
 * for appending: lines of processes that write at the same time never mix (write(2), O_APPEND).
 * @throws what the file system throws.
 */
export function appendAuditLine(rigHome: string, record: object): void {
  mkdirSync(rigHome, { recursive: true, mode: 0o700 });
  const file = join(rigHome, 'audit.jsonl');
  if (sizeOf(file) >= AUDIT_FILE_BYTES) rotate(file);
  const line = Buffer.from(`${JSON.stringify(record)}\n`);
  const fd = openSync(file, 'a', 0o600);
  try {
    const written = writeSync(fd, line);
    if (written < line.length) throw new Error(`only ${written} of ${line.length} bytes of a line fit`);
  } finally {
    closeSync(fd);
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function rotate(file: string): void {
  const lock = `${file}.rotating`;
  const locked = statSync(lock, { throwIfNoEntry: false });
  if (locked !== undefined && Date.now() - locked.mtimeMs > STALE_LOCK_MS) unlinkSync(lock);
  let fd: number;
  try {
    fd = openSync(lock, 'wx', 0o600);
  } catch (error) {
    // Another process is at it; this line may still go to the old file.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw error;
  }
  try {
    // The one who held the lock before may have done it.
    if (sizeOf(file) < AUDIT_FILE_BYTES) return;
    for (let number = AUDIT_FILES_KEPT - 1; number > 0; number -= 1) {
      if (sizeOf(`${file}.${number}`) > 0) renameSync(`${file}.${number}`, `${file}.${number + 1}`);
    }
    renameSync(file, `${file}.1`);
  } finally {
    closeSync(fd);
    unlinkSync(lock);
  }
}
