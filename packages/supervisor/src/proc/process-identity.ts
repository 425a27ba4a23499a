import { readProcess } from './process-table.ts';

/** A process, told apart from a later one that got the same pid. */
export interface ProcessIdentity {
  pid: number;
  /** As `SupervisorRecord.startTime` of contract describes it. */
  startTime: string;
}

export async function isAlive({ pid, startTime }: ProcessIdentity): Promise<boolean> {
  return (await readProcess(pid))?.startTime === startTime;
}

/** The process that runs this code. */
export async function ownIdentity(): Promise<ProcessIdentity> {
  const row = await readProcess(process.pid);
  if (row === null) throw new Error('the start time of this process cannot be read');
  return { pid: row.pid, startTime: row.startTime };
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
