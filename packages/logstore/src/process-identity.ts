import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Tells a process from a later one with the same pid, over restarts of the machine too. */
export interface ProcessIdentity {
  pid: number;
  /** As the kernel tells it; the text of `ps -o lstart=` where there is no /proc. */
  startTime: string;
  /** Id of the machine's current boot; empty where the system has none. */
  boot: string;
}

/** Null when there is no such process. */
export async function identifyProcess(pid: number): Promise<ProcessIdentity | null> {
  const startTime = process.platform === 'linux' ? await startTimeOfProc(pid) : await startTimeOfPs(pid);
  return startTime === null ? null : { pid, startTime, boot: await readBootId() };
}

async function readBootId(): Promise<string> {
  try {
    return (await readFile('/proc/sys/kernel/random/boot_id', 'latin1')).trim();
  } catch {
    return '';
  }
}

async function startTimeOfProc(pid: number): Promise<string | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1');
    // The command name in field 2 may hold anything, so count behind its closing parenthesis: proc(5), field 22.
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? null : (fields[18] ?? null);
  } catch {
    return null;
  }
}

async function startTimeOfPs(pid: number): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)]);
    return stdout.trim() || null;
  } catch {
    return null;
  }
}
