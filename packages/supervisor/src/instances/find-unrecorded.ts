import { filterHolders } from '../proc/file-holders.ts';
import type { ProcessIdentity } from '../proc/process-identity.ts';
import { listProcesses } from '../proc/process-table.ts';

/**
 * The leader of the group that writes to these spool files: a supervisor that was killed between
 * starting a program and noting its pid has left it without a record.
 */
export async function findUnrecorded(spoolPaths: readonly string[]): Promise<ProcessIdentity | null> {
  const leaders = (await listProcesses()).filter(({ pid, group }) => pid === group);
  const [found] = filterHolders(leaders, spoolPaths);
  return found === undefined ? null : { pid: found.pid, startTime: found.startTime };
}
