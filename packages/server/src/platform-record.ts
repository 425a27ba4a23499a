import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { PlatformRecord } from '@rig-ops/contract/supervisor';

/** Writes the record so that a reader sees the old one or the new one, never a part. */
export async function writePlatformRecord(path: string, record: PlatformRecord): Promise<void> {
  const fresh = `${path}.${process.pid}`;
  await writeFile(fresh, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  await rename(fresh, path);
}

/** Removes this process's own record; one of a rigd that was started meanwhile stays. */
export async function removePlatformRecord(path: string): Promise<void> {
  try {
    const record = JSON.parse(await readFile(path, 'utf8')) as PlatformRecord;
    if (record.pid === process.pid) await rm(path, { force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
