import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';
import type { Program } from './spawn-program.ts';

/** The file that the name of a program stands for, looked up as execvp(3) does; null when there is none. */
export function findProgram({ argv, cwd, env }: Program): string | null {
  const [name = ''] = argv;
  if (name === '') return null;
  const folders = name.includes('/') ? [''] : (env['PATH'] ?? '').split(delimiter);
  for (const folder of folders) {
    const path = resolve(cwd, folder, name);
    try {
      accessSync(path, constants.X_OK);
      if (statSync(path).isFile()) return path;
    } catch {
      // Not here.
    }
  }
  return null;
}

/** Why a program cannot be started, as far as one can see beforehand; null when nothing stands against it. */
export function explainStart(program: Program): string | null {
  const [name = ''] = program.argv;
  if (statSync(program.cwd, { throwIfNoEntry: false })?.isDirectory() !== true) {
    return `ENOENT: there is no folder ${program.cwd}`;
  }
  if (name === '') return 'ENOENT: the name of the program is empty';
  if (findProgram(program) !== null) return null;
  return name.includes('/') && statSync(resolve(program.cwd, name), { throwIfNoEntry: false }) !== undefined
    ? `EACCES: ${JSON.stringify(name)} may not be executed`
    : `ENOENT: there is no program ${JSON.stringify(name)}`;
}
