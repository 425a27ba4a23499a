import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { BuildMachine } from './detector.ts';

/** Looks for programs on `path`, written as the variable PATH. */
export function createBuildMachine(path: string): BuildMachine {
  return {
    hasProgram: async (name) => {
      for (const folder of path.split(delimiter)) {
        if (folder === '') continue;
        const found = await access(join(folder, name), constants.X_OK).then(
          () => true,
          () => false,
        );
        if (found) return true;
      }
      return false;
    },
  };
}
