import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of this process alone. */
export interface PrivateFolder {
  readonly path: string;
  remove(): void;
}

/** Makes a folder that only this user can enter, and that goes at the latest when the process exits. */
export function makePrivateFolder(): PrivateFolder {
  // mkdtemp makes it 0700.
  const path = mkdtempSync(join(tmpdir(), 'rig-source-'));
  const remove = () => {
    process.off('exit', remove);
    rmSync(path, { recursive: true, force: true });
  };
  process.once('exit', remove);
  return { path, remove };
}
