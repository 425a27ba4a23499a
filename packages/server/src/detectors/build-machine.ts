import { spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { BuildMachine } from './detector.ts';

/** What is asked of a program ends at once, or something is wrong with it. */
const TIMEOUT_MS = 10_000;

/** Looks for programs on `path`, written as the variable PATH. */
export function createBuildMachine(path: string): BuildMachine {
  return {
    // Builds run with the Node that runs rigd.
    nodeVersion: process.versions.node,
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
    succeeds: ([program = '', ...args]) =>
      new Promise((resolve) => {
        const child = spawn(program, args, {
          env: { PATH: path },
          stdio: 'ignore',
          timeout: TIMEOUT_MS,
          cwd: '/',
        });
        child.once('error', () => resolve(false));
        child.once('close', (code) => resolve(code === 0));
      }),
  };
}
