import { filterHolders } from './file-holders.ts';
import { signalProcess } from './process-identity.ts';
import { listProcesses } from './process-table.ts';

/**
 * Ends by force what still writes to these files, which are a program's own spool files: the rest of a
 * process group whose leader ended unseen. Its number may belong to strangers by now; the files do not.
 */
export async function killHolders(files: readonly string[]): Promise<void> {
  for (const holder of filterHolders(await listProcesses(), files)) {
    await signalProcess(holder, 'SIGKILL');
  }
}
