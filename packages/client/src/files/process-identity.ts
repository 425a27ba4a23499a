import { readFileSync } from 'node:fs';

/** A process, told apart from a later one that got the same pid. */
export interface ProcessIdentity {
  pid: number;
  /** As `SupervisorRecord.startTime` of contract describes it. */
  startTime: string;
}

/** Start time of a process; null when it has ended, also when only its exit status is left. */
export async function readStartTime(pid: number): Promise<string | null> {
  if (!Number.isSafeInteger(pid) || pid <= 0) return null;
  return process.platform === 'linux' ? readFromProc(pid) : await readFromPs(pid);
}

export async function isAlive({ pid, startTime }: ProcessIdentity): Promise<boolean> {
  return (await readStartTime(pid)) === startTime;
}

/** Sends a signal to a process, unless it has ended or its pid now belongs to another. */
export async function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): Promise<void> {
  if (!(await isAlive(identity))) return;
  try {
    process.kill(identity.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Made up by the kernel when it is read: nothing to wait for. */
function readFromProc(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Field 2 is the name in parentheses, which may hold spaces and parentheses itself; proc_pid_stat(5).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state] = fields;
    return state === 'Z' || state === 'X' ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}

async function readFromPs(pid: number): Promise<string | null> {
  // Loaded here alone: most systems have /proc.
  const { execFile } = process.getBuiltinModule('node:child_process');
  const run = process.getBuiltinModule('node:util').promisify(execFile);
  try {
    const env = { ...process.env, LC_ALL: 'C' };
    const { stdout } = await run('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { env });
    const match = /^\s*(\S+)\s+(\S.*?)\s*$/.exec(stdout);
    return match === null || match[1]?.startsWith('Z') === true ? null : (match[2] ?? null);
  } catch {
    return null;
  }
}
