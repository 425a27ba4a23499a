import { accessSync, constants } from 'node:fs';
import { delimiter, resolve } from 'node:path';
import type { Program } from '../proc/spawn-program.ts';

/** Whether there is something to execute. */
export function isProgram({ argv, cwd, env }: Program): boolean {
  const name = argv[0] ?? '';
  const folders = name.includes('/') ? [''] : (env['PATH'] ?? '').split(delimiter);
  return folders.some((folder) => {
    try {
      accessSync(resolve(cwd, folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
