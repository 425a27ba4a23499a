import { readFileSync } from 'node:fs';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { PlatformRecord, SupervisorConfig, SupervisorRecord } from '@rig-ops/contract/supervisor';
import { isAlive, type ProcessIdentity } from '../files/process-identity.ts';

/** What runs, as the records tell it and the kernel confirms it. */
export interface RunningParts {
  supervisor: SupervisorRecord | null;
  platform: PlatformRecord | null;
}

/** Records of processes that have ended count as absent. */
export async function readRunningParts(layout: PlatformLayout): Promise<RunningParts> {
  const [supervisor, platform] = await Promise.all([
    readLiving<SupervisorRecord>(layout.supervisorRecord),
    readLiving<PlatformRecord>(layout.platformRecord),
  ]);
  return { supervisor, platform };
}

/** How the platform was last started; null when it never was. */
export async function readSupervisorConfig(layout: PlatformLayout): Promise<SupervisorConfig | null> {
  return readJson<SupervisorConfig>(layout.supervisorConfig);
}

async function readLiving<T extends ProcessIdentity>(path: string): Promise<T | null> {
  const record = readJson<T>(path);
  return record !== null && (await isAlive(record)) ? record : null;
}

/**
 * An unreadable record tells as little as none: whoever writes it replaces it whole. Read at once: it is
 * small, local and on the way of every command, and `node:fs/promises` takes longer to load than to read it.
 */
function readJson<T>(path: string): T | null {
  try {
    const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof parsed === 'object' && parsed !== null ? (parsed as T) : null;
  } catch {
    return null;
  }
}
