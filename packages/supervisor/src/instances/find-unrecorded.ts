import { filterHolders } from '../proc/file-holders.ts';
import type { ProcessIdentity } from '../proc/process-identity.ts';
import { listProcesses } from '../proc/process-table.ts';

/**
 * The leader of the group that writes to these spool files: a supervisor that was killed between
 * starting a program and noting its pid has left it without a record.
 */
export async function findUnrecorded(spoolPaths: readonly string[]): Promise<ProcessIdentity | null> {
  const rows = await listProcesses();
  const [first] = filterHolders(rows, spoolPaths).toSorted(
    (a, b) => Number(a.startTime) - Number(b.startTime),
  );
  // One that holds a pid namespace has let go of them.
  const found = rows.find(({ pid }) => pid === first?.group);
  return found === undefined ? null : { pid: found.pid, startTime: found.startTime };
}
