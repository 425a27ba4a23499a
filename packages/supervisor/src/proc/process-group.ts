import { setTimeout as sleep } from 'node:timers/promises';
import { listProcesses, type ProcessRow } from './process-table.ts';

/** What is left of a group ends right after its leader, or takes its time. */
const POLL_MS = { first: 2, most: 50 };
/** A killed process that does not go within this time hangs in the kernel; nothing more can be done. */
const KILLED_MS = 2_000;

/** Sends a signal to a process group; nothing happens when it is empty or somebody else's. */
export function signalGroup(group: number, signal: NodeJS.Signals): void {
  // 0 and 1 would reach the supervisor's own group, and every process there is.
  if (!Number.isSafeInteger(group) || group <= 1) return;
  try {
    process.kill(-group, signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

/** The processes of a group that still run; one that has ended and was not collected does not count. */
export async function listGroup(group: number): Promise<ProcessRow[]> {
  if (!existsGroup(group)) return [];
  return (await listProcesses()).filter((row) => row.group === group);
}

/** Waits until a group is empty, SIGKILL at `killAt` (as `performance.now()`); asked anew, since it may be moved. */
export async function awaitGroupEnd(group: number, killAt: () => number): Promise<void> {
  let killedAt: number | undefined;
  let pause = POLL_MS.first;
  while ((await listGroup(group)).length > 0) {
    const now = performance.now();
    if (killedAt === undefined && now >= killAt()) {
      signalGroup(group, 'SIGKILL');
      killedAt = now;
    }
    if (killedAt !== undefined && now - killedAt > KILLED_MS) return;
    await sleep(killedAt === undefined ? Math.min(pause, Math.max(1, killAt() - now)) : 5);
    pause = Math.min(pause * 2, POLL_MS.most);
  }
}

/** Whether a process is in it, be it one that has ended and was not collected. */
export function existsGroup(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
