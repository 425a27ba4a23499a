import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';

/** One process of this machine that still runs code: what has ended and only waits for its parent is not in the table. */
export interface ProcessRow {
  pid: number;
  parent: number;
  group: number;
  /** As `SupervisorRecord.startTime` of contract describes it. */
  startTime: string;
  /** User and system time in clock ticks of 1/100 s (`USER_HZ`); null where the system does not tell. */
  cpuTicks: number | null;
}

const run = promisify(execFile);

/** One process; null when it has ended. On Linux it is read before the first await, so a fresh child is still there. */
export async function readProcess(pid: number): Promise<ProcessRow | null> {
  if (!Number.isSafeInteger(pid) || pid <= 0) return null;
  if (process.platform === 'linux') return readFromProc(pid);
  return (await listWithPs(['-p', String(pid)]))[0] ?? null;
}

/** All processes that can be seen. */
export async function listProcesses(): Promise<ProcessRow[]> {
  if (process.platform !== 'linux') return await listWithPs(['-A']);
  const rows: ProcessRow[] = [];
  for (const name of readdirSync('/proc')) {
    const row = /^\d+$/.test(name) ? readFromProc(Number(name)) : null;
    if (row !== null) rows.push(row);
  }
  return rows;
}

function readFromProc(pid: number): ProcessRow | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return null;
  }
  // Field 2 is the name in parentheses, which may hold spaces and parentheses itself; proc_pid_stat(5).
  const [state, parent, group, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (state === undefined || state === 'Z' || state === 'X') return null;
  return {
    pid,
    parent: Number(parent),
    group: Number(group),
    startTime: rest[16] ?? '',
    cpuTicks: Number(rest[8]) + Number(rest[9]),
  };
}

async function listWithPs(selection: string[]): Promise<ProcessRow[]> {
  const env = { ...process.env, LC_ALL: 'C' };
  const columns = ['-o', 'pid=,ppid=,pgid=,stat=,lstart='];
  const output = await run('ps', [...selection, ...columns], { env }).then(
    ({ stdout }) => stdout,
    () => '',
  );
  return output.split('\n').flatMap((line) => {
    const [, pid, parent, group, state, startTime] =
      /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S.*?)\s*$/.exec(line) ?? [];
    if (startTime === undefined || state?.startsWith('Z') === true) return [];
    return [{ pid: Number(pid), parent: Number(parent), group: Number(group), startTime, cpuTicks: null }];
  });
}
