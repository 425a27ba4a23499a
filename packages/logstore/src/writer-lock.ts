import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RigError } from '@rig-ops/contract/errors';
import { identifyProcess, type ProcessIdentity } from './process-identity.ts';

const ATTEMPTS = 20;

export interface WriterLock {
  /** The writer before did not close the store, and the machine was restarted since. */
  afterReboot: boolean;
  release(): Promise<void>;
}

/**
 * Makes this process the one writer of a store. The lock of a process that no longer runs is taken over.
 *
 * @throws RigError `unexpected` with `details.lockedBy` when another writer has the store.
 */
export async function acquireWriterLock(dir: string): Promise<WriterLock> {
  const path = join(dir, 'writer.lock');
  const own = await identifyProcess(process.pid);
  const draft = join(dir, `writer.lock.${randomUUID()}`);
  await writeFile(draft, JSON.stringify(own), { mode: 0o600 });
  let afterReboot = false;
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      if (await tryLink(draft, path)) return { afterReboot, release: () => rm(path, { force: true }) };
      const held = await readText(path);
      if (held === null) continue;
      const holder = parseHolder(held);
      if (holder !== null && (await isAlive(holder))) throw lockedError(dir, holder.pid);
      if (await removeStale(path, held)) afterReboot ||= holder === null || holder.boot !== own?.boot;
    }
    throw lockedError(dir, null);
  } finally {
    await rm(draft, { force: true });
  }
}

function lockedError(dir: string, pid: number | null): RigError {
  const by = pid === null ? 'another process' : `process ${pid}`;
  return new RigError('unexpected', `The log store ${dir} is being written by ${by}.`, {
    hint: 'End that process first.',
    details: { lockedBy: pid },
  });
}

/** Linking a finished file makes the lock appear with its content, in one step. */
async function tryLink(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Moves the lock aside first: another process may have replaced it since it was read. */
async function removeStale(path: string, expected: string): Promise<boolean> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
  const isStale = (await readText(aside)) === expected;
  if (!isStale) await tryLink(aside, path);
  await rm(aside, { force: true });
  return isStale;
}

async function isAlive(holder: ProcessIdentity): Promise<boolean> {
  const now = await identifyProcess(holder.pid);
  return now !== null && now.startTime === holder.startTime && now.boot === holder.boot;
}

async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function parseHolder(text: string): ProcessIdentity | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'pid' in value ? (value as ProcessIdentity) : null;
  } catch {
    return null;
  }
}
