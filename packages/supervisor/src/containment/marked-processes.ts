import { readFileSync } from 'node:fs';
import { listProcesses, type ProcessRow } from '../proc/process-table.ts';

/** The variable of the environment that marks what a session has started. */
export const SESSION_MARK = 'RIG_SESSION';

/** Between its start and its program a process has the environment of whoever started it. */
const SETTLED_MS = 2_000;

interface Seen {
  mark: string | null;
  settled: boolean;
  firstAt: number;
}

/**
 * Which processes of this machine carry the mark of which session. One look serves all sessions, and the
 * environment of a process that runs for a while is read once.
 */
export class MarkedProcesses {
  readonly #seen = new Map<string, Seen>();

  /** Every process there is, with the session whose mark it has. */
  async look(): Promise<{ row: ProcessRow; mark: string | null }[]> {
    const rows = await listProcesses();
    const now = performance.now();
    const alive = new Set<string>();
    const found = rows.map((row) => {
      const key = `${row.pid}.${row.startTime}`;
      alive.add(key);
      const seen = this.#seen.get(key) ?? { mark: null, settled: false, firstAt: now };
      // Whoever had it keeps it, also as another program that was given another environment.
      if (!seen.settled && seen.mark === null) {
        seen.mark = readMark(row.pid);
        seen.settled = now - seen.firstAt > SETTLED_MS;
      }
      this.#seen.set(key, seen);
      return { row, mark: seen.mark };
    });
    for (const key of this.#seen.keys()) if (!alive.has(key)) this.#seen.delete(key);
    return found;
  }
}

function readMark(pid: number): string | null {
  if (pid === process.pid) return null;
  let environment: string;
  try {
    environment = readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return null;
  }
  const start = `\0${environment}`.indexOf(`\0${SESSION_MARK}=`);
  if (start === -1) return null;
  const from = start + SESSION_MARK.length + 1;
  const end = environment.indexOf('\0', from);
  return environment.slice(from, end === -1 ? undefined : end);
}
