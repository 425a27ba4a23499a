const SHELLS = new Set(['sh', '/bin/sh', 'bash', '/bin/bash', 'dash', '/bin/dash', 'ash', '/bin/ash']);
/** More than one command, a command of the shell itself, or something whose end only a parser would find. */
const MORE_THAN_ONE = /[;&|\n(){}`!]|\$\(/;
/** No assignment, and no quotes: what `exec` can have behind it. */
const PROGRAM = /^[\w./+-]+(?=\s|$)/;
/** Those of POSIX that are no programs of their own. */
const OF_THE_SHELL = new Set(
  '. : alias bg break case cd command continue eval exec exit export fc fg for getopts hash if jobs local read readonly return set shift source times trap type ulimit umask unalias unset until wait while'.split(
    ' ',
  ),
);

/**
 * A shell line of one command is left to that command: a shell in front of it would get the signal that ends a pod, and die of it, and
 * the program be killed without having heard of it. Whatever else there is stays as it is.
 */
export function execLine(argv: readonly string[]): readonly string[] {
  const [shell = '', flag, line = '', ...more] = argv;
  if (!SHELLS.has(shell) || flag !== '-c' || more.length > 0) return argv;
  const text = line.trim();
  const [program = ''] = PROGRAM.exec(text) ?? [];
  if (program === '' || OF_THE_SHELL.has(program) || MORE_THAN_ONE.test(text)) return argv;
  return [shell, flag, `exec ${text}`];
}
