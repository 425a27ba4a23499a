import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { isProgram } from '../containment/is-program.ts';
import { describeExecError } from './describe-exec-error.ts';
import type { Program } from './spawn-program.ts';

/** Why a program cannot be started, as far as one can see beforehand; null when nothing stands against it. */
export function explainStart(program: Program): string | null {
  const [name = ''] = program.argv;
  if (statSync(program.cwd, { throwIfNoEntry: false })?.isDirectory() !== true) {
    return `ENOENT: there is no folder ${program.cwd}`;
  }
  if (name !== '' && isProgram(program)) return null;
  const isThere =
    name.includes('/') && statSync(resolve(program.cwd, name), { throwIfNoEntry: false }) !== undefined;
  return describeExecError(isThere ? 'EACCES' : 'ENOENT', name);
}
