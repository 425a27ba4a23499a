/**
 * A command of a manifest as an argument vector: a list as it is, a line by `sh -c`. There is no `exec` in
 * front of the line, since it breaks lines as `A=1 program` and `a && b`; signals go to the process group.
 */
export function toArgv(command: string | string[]): string[] {
  return typeof command === 'string' ? ['sh', '-c', command] : command;
}
