import { RigError } from '@rig-ops/contract/errors';
import { shellArgv } from './shell-argv.ts';

/** Parts what is rig's from what is the program's: everything behind the first `--` stays untouched. */
export function splitArgv(argv: readonly string[]): { own: string[]; program: string[] } {
  const divider = argv.indexOf('--');
  if (divider < 0) return { own: [...argv], program: [] };
  return { own: argv.slice(0, divider), program: argv.slice(divider + 1) };
}

/**
 * What is to run: the program behind `--`, or the text of `--shell`.
 * @throws RigError `usage` when there is none, or both
 */
export function chooseProgram(program: string[], shell: string | undefined): string[] {
  if (program.length > 0 && shell !== undefined) {
    throw new RigError('usage', 'There are two programs to run: one in --shell and one behind `--`.', {
      hint: 'Leave one of them out; a text of --shell gets no arguments.',
    });
  }
  if (shell !== undefined) return shellArgv(shell);
  if (program.length > 0) return program;
  throw missingProgram();
}

export function missingProgram(): RigError {
  return new RigError('usage', 'The program to run is missing.', {
    hint: 'Write it behind `--`, as in: rig command my-app -- ls -l',
  });
}

/** Of a batch every line has its own. */
export function refuseProgram(program: string[]): void {
  if (program.length === 0) return;
  throw new RigError('usage', 'A batch has its programs on stdin; there is none behind `--`.', {
    hint: 'Leave out --batch, or what stands behind `--`.',
  });
}
