import { setTimeout as sleep } from 'node:timers/promises';
import { filterHolders } from '../proc/file-holders.ts';
import { isAlive, type ProcessIdentity, signalProcess } from '../proc/process-identity.ts';
import { listProcesses } from '../proc/process-table.ts';

const TERM_MS = 2_000;
const POLL_MS = 20;

/**
 * Ends the program that an earlier supervisor has left: the one of its record, and one that it was killed
 * too early to record, which is known by the log it writes to.
 */
export async function endOld(recorded: ProcessIdentity | null, logPath: string): Promise<void> {
  const writers = filterHolders(await listProcesses(), [logPath]);
  const old: ProcessIdentity[] = recorded === null ? writers : [recorded, ...writers];
  await Promise.all(old.map(async (identity) => await end(identity)));
}

async function end(identity: ProcessIdentity): Promise<void> {
  await signalProcess(identity, 'SIGTERM');
  const deadline = performance.now() + TERM_MS;
  while (performance.now() < deadline && (await isAlive(identity))) await sleep(POLL_MS);
  await signalProcess(identity, 'SIGKILL');
  while (performance.now() < deadline + TERM_MS && (await isAlive(identity))) await sleep(POLL_MS);
}
