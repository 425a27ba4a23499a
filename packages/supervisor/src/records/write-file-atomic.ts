import { renameSync, rmSync, writeFileSync } from 'node:fs';

/**
 * Replaces a file whole, for its owner only. Synchronous: what is written is in the kernel before the
 * next statement runs, which is what a record of a started process is for.
 */
export function writeFileAtomic(path: string, content: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, content, { mode: 0o600 });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
