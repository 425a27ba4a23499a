import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { isAlive, ownIdentity, type ProcessIdentity } from '../proc/process-identity.ts';

/** Content of a lock file. */
interface Holder extends ProcessIdentity {
  /** Tells the lives of a lock apart. */
  nonce: string;
}

export interface HeldLock {
  release(): void;
}

/**
 * Takes a lock file that names its holder; null when a living process holds it. The lock of a dead
 * holder is taken over under a guard, a lock of the same kind named after that holder: only who has the
 * guard may replace the file, and only while it still names that holder, so of many contenders one wins.
 */
export async function acquireLock(path: string): Promise<HeldLock | null> {
  const own: Holder = { ...(await ownIdentity()), nonce: randomBytes(6).toString('hex') };
  const draft = `${path}.${own.nonce}.tmp`;
  writeFileSync(draft, `${JSON.stringify(own)}\n`, { mode: 0o600 });
  try {
    return (await take(path, draft)) ? { release: () => release(path, own) } : null;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** A link to a finished file: the lock is never seen empty, as it is after an exclusive create. */
async function take(path: string, draft: string): Promise<boolean> {
  for (;;) {
    if (tryLink(draft, path)) return true;
    const holder = readHolder(path);
    if (holder === null) continue;
    if (await isAlive(holder)) return false;
    const guard = await acquireLock(`${path}.after-${holder.nonce}`);
    if (guard === null) return false;
    try {
      if (readHolder(path)?.nonce !== holder.nonce) continue;
      renameSync(draft, path);
      return true;
    } finally {
      guard.release();
    }
  }
}

function tryLink(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Null when there is no lock. A file that is not a lock counts as one of a dead holder. */
function readHolder(path: string): Holder | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    const { pid, startTime, nonce } = JSON.parse(text) as Partial<Holder>;
    if (pid !== undefined && startTime !== undefined && /^[0-9a-f]{1,64}$/.test(nonce ?? '')) {
      return { pid, startTime, nonce: nonce ?? '' };
    }
  } catch {
    // Falls through: not JSON.
  }
  return { pid: 0, startTime: '', nonce: '0' };
}

function release(path: string, own: Holder): void {
  if (readHolder(path)?.nonce === own.nonce) rmSync(path, { force: true });
}
