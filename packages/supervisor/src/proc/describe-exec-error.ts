/** Why the kernel did not execute a program; null for a code that says nothing about the program. */
export function describeExecError(code: string, name: string): string | null {
  if (name === '') return 'ENOENT: the name of the program is empty';
  if (code === 'ENOENT') return `ENOENT: there is no program ${JSON.stringify(name)}`;
  if (code === 'EACCES') return `EACCES: ${JSON.stringify(name)} may not be executed`;
  return null;
}
