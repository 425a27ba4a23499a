import { randomBytes } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { RigError } from '@rig-ops/contract/errors';
import { isAlive, type ProcessIdentity, readStartTime } from './process-identity.ts';

const PAUSE_MS = 25;

export interface FileLockOptions {
  /** Milliseconds to wait for a living holder. */
  patienceMs: number;
  signal: AbortSignal | undefined;
}

/**
 * Runs `work` while holding a lock file that names this process. The lock of a process that has ended
 * is taken over. Throws `timed_out` when a living one keeps it, the signal's reason, or Node's error
 * when the folder cannot be written.
 */
export async function withFileLock<T>(
  path: string,
  { patienceMs, signal }: FileLockOptions,
  work: () => Promise<T>,
): Promise<T> {
  const own = `${path}.${randomBytes(6).toString('hex')}`;
  const content = await describeSelf();
  try {
    await writeFile(own, content, { mode: 0o600, flag: 'wx' });
    await acquire(path, own, patienceMs, signal);
  } finally {
    await rm(own, { force: true });
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

/** The nonce tells two locks of one process apart. */
async function describeSelf(): Promise<string> {
  const startTime = (await readStartTime(process.pid)) ?? '';
  return JSON.stringify({ pid: process.pid, startTime, nonce: randomBytes(6).toString('hex') });
}

async function acquire(path: string, own: string, patienceMs: number, signal?: AbortSignal): Promise<void> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    signal?.throwIfAborted();
    // A link appears with its content, so nobody can read a lock that does not name its holder yet.
    if (await succeeds(link(own, path), 'EEXIST')) return;
    const held = await readIfThere(path);
    if (held !== null && !(await isHeld(held))) {
      await removeStale(path, held);
      continue;
    }
    if (performance.now() >= deadline) {
      throw new RigError('timed_out', `Another process holds ${path}: ${held ?? 'unknown'}.`, {
        hint: 'Wait until it has ended, then try again.',
      });
    }
    await sleep(PAUSE_MS, undefined, { signal }).catch(() => signal?.throwIfAborted());
  }
}

async function isHeld(content: string): Promise<boolean> {
  try {
    const holder = JSON.parse(content) as ProcessIdentity;
    return await isAlive(holder);
  } catch {
    return false;
  }
}

/**
 * Moves a stale lock aside. Between the look and the move another process may have replaced it by its
 * own; that one is put back.
 */
async function removeStale(path: string, judged: string): Promise<void> {
  const aside = `${path}.${randomBytes(6).toString('hex')}`;
  if (!(await succeeds(rename(path, aside), 'ENOENT'))) return;
  try {
    if ((await readIfThere(aside)) !== judged) await succeeds(link(aside, path), 'EEXIST');
  } finally {
    await rm(aside, { force: true });
  }
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** False for the one error that is expected; throws any other. */
async function succeeds(attempt: Promise<void>, expected: string): Promise<boolean> {
  try {
    await attempt;
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === expected) return false;
    throw error;
  }
}
