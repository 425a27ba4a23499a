import { open, stat } from 'node:fs/promises';
import { type ErrorCode, errorRegistry, RigError } from '@rig-ops/contract/errors';

/** Read from the end of a log: enough for what one start says. */
const TAIL_BYTES = 64 * 1024;

/** Size of a file; 0 when there is none. */
export async function sizeOf(path: string): Promise<number> {
  return await stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

/** The last lines of a log that were written behind an offset. An unreadable log has none. */
export async function readLinesSince(path: string, offset: number, count: number): Promise<string[]> {
  try {
    await using file = await open(path, 'r');
    const { size } = await file.stat();
    // A log that was rotated meanwhile is shorter than the offset: all of it is new then.
    const since = size < offset ? 0 : offset;
    const start = Math.max(since, size - TAIL_BYTES);
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(size - start), position: start });
    const lines = buffer.subarray(0, bytesRead).toString().split('\n');
    return lines.filter((line) => line !== '').slice(-count);
  } catch {
    return [];
  }
}

/**
 * The error with which rigd gave up: it writes a JSON line of level `error` with `code`, `message` and
 * `hint`. Undefined when no line holds one with a code of the registry.
 */
export function findStartError(lines: readonly string[]): RigError | undefined {
  for (const line of lines.toReversed()) {
    const { level, code, message, hint } = parseLine(line) ?? {};
    if (level !== 'error' || code === undefined || !(code in errorRegistry)) continue;
    return new RigError(code as ErrorCode, message ?? code, hint === undefined ? {} : { hint });
  }
  return undefined;
}

/** What rigd writes once it answers. */
const LISTENS = 'rigd listens';
const LINES_OF_A_START = 50;

/**
 * Why rigd does not answer, as its log at `path` tells: what it gave up with since it answered last. Undefined when it
 * has not, or said nothing with a code.
 */
export async function readRigdProblem(path: string): Promise<RigError | undefined> {
  const lines = await readLinesSince(path, 0, LINES_OF_A_START);
  return findStartError(lines.slice(lines.findLastIndex((line) => parseLine(line)?.message === LISTENS) + 1));
}

/** What a line says to people: of a JSON line its message, and that of its error. */
export function tellLine(line: string): string {
  const { message, error } = parseLine(line) ?? {};
  if (typeof message !== 'string') return line;
  return typeof error?.message === 'string' ? `${message}: ${error.message}` : message;
}

interface JsonLine {
  level?: string;
  code?: string;
  message?: string;
  hint?: string;
  error?: { message?: string } | null;
}

function parseLine(line: string): JsonLine | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as JsonLine;
  } catch {
    return undefined;
  }
}
