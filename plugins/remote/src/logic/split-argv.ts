import { RigError } from '@rig-ops/contract/errors';

/**
 * Parts what is rig's from what is the program's: everything behind the first `--` stays untouched.
 * @throws RigError usage when there is no `--` or nothing behind it
 */
export function splitArgv(argv: readonly string[]): { own: string[]; program: [string, ...string[]] } {
  const divider = argv.indexOf('--');
  const [program, ...rest] = divider < 0 ? [] : argv.slice(divider + 1);
  if (program === undefined) {
    throw new RigError('usage', 'The program to run is missing.', {
      hint: 'Write it behind `--`, as in: rig command my-app -- ls -l',
    });
  }
  return { own: argv.slice(0, divider), program: [program, ...rest] };
}
