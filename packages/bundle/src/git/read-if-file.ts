import { readFileSync, statSync } from 'node:fs';

/** The text of a file; null when there is none, or none that can be read: git goes on without, and so does rig. */
export function readIfFile(path: string): string | null {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(path, 'utf8') : null;
  } catch {
    return null;
  }
}
