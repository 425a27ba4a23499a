import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'rig-source-';
/** What is younger may be of a process that cannot be seen from here, as one in a container with the same folder. */
const LEFT_BEHIND_MS = 24 * 60 * 60 * 1000;

/** A folder of this process alone. */
export interface PrivateFolder {
  readonly path: string;
  remove(): void;
}

/**
 * Makes a folder that only this user can enter, and that goes at the latest when the process exits. One that was
 * killed leaves its own; it goes when the next one is made a day later.
 * @param parent the system's folder for temporary files when absent
 */
export function makePrivateFolder(parent: string = tmpdir()): PrivateFolder {
  removeLeftBehind(parent);
  // mkdtemp makes it 0700.
  const path = mkdtempSync(join(parent, `${PREFIX}${process.pid}-`));
  const remove = () => {
    process.off('exit', remove);
    rmSync(path, { recursive: true, force: true });
  };
  process.once('exit', remove);
  return { path, remove };
}

function removeLeftBehind(parent: string): void {
  for (const name of readdirSync(parent)) {
    const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    const path = join(parent, name);
    try {
      const { mtimeMs, uid } = statSync(path);
      if (uid !== process.getuid?.() || Date.now() - mtimeMs < LEFT_BEHIND_MS) continue;
      rmSync(path, { recursive: true, force: true });
    } catch {
      // Somebody else removes it at the same time.
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
