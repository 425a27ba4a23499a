import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A cgroup (version 2) of the supervisor's, in which jobs get cgroups of their own. */
export interface CgroupHost {
  folder: string;
  /** Whether the kernel bounds the memory of what is in them. */
  holdsMemory: boolean;
  /** Whether the kernel bounds the number of their processes. */
  holdsProcesses: boolean;
  /** Removes it when nothing is in it any more. */
  close(): void;
}

/**
 * Makes the cgroup of a platform below that of the supervisor; null where the system does not let it: no
 * cgroup2 mount, none that may be written, a kernel without `cgroup.kill` (before 5.14).
 */
export function openCgroupHost(name: string): CgroupHost | null {
  if (process.platform !== 'linux') return null;
  try {
    const parent = ownCgroup();
    if (parent === null) return null;
    const folder = join(parent, name);
    mkdirSync(folder, { recursive: true });
    if (!existsSync(join(folder, 'cgroup.kill'))) {
      removeEmpty(folder);
      return null;
    }
    // A cgroup that holds processes itself, as that of the supervisor may, refuses to divide what it has.
    for (const dir of [parent, folder])
      for (const controller of ['memory', 'pids'])
        tryWrite(join(dir, 'cgroup.subtree_control'), `+${controller}`);
    const held = readFileSync(join(folder, 'cgroup.subtree_control'), 'utf8').split(/\s+/);
    return {
      folder,
      holdsMemory: held.includes('memory'),
      holdsProcesses: held.includes('pids'),
      close: () => removeEmpty(folder),
    };
  } catch {
    return null;
  }
}

/** Folder of the cgroup that this process is in. */
function ownCgroup(): string | null {
  const mount = /^\S+ \S+ \S+ \S+ (\S+) .* - cgroup2 /m.exec(
    readFileSync('/proc/self/mountinfo', 'utf8'),
  )?.[1];
  const path = /^0::(.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1];
  return mount === undefined || path === undefined ? null : join(mount, path);
}

export function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Gone already, or a process hangs in it; it takes no room.
  }
}

/** Files of the kernel answer with an error where they do not take something. */
export function tryWrite(path: string, text: string): boolean {
  try {
    writeFileSync(path, text);
    return true;
  } catch {
    return false;
  }
}
