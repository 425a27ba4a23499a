import { getSystemErrorMap } from 'node:util';
import { describeExecError } from '../proc/describe-exec-error.ts';
import type { Program } from '../proc/spawn-program.ts';

/** What `enter.pl` has said, as `exec 2`, in the words of a program that was started without it. */
export function describeLaunchFailure(said: string, { becomes }: Program): string {
  const [, step = '', number = '', what = ''] = /^(\S+) (\d+) (.*)$/m.exec(said) ?? [];
  const [code = 'ERROR', message = said.trim()] = getSystemErrorMap().get(-Number(number)) ?? [];
  if (step === 'cwd') return `${code}: there is no folder ${what}`;
  const name = becomes?.argv[0] ?? '';
  if (step === 'exec') return describeExecError(code, name) ?? `${code}: ${message}`;
  return `${code}: a place of its own could not be made for it: ${message} (${[step, what].filter(Boolean).join(' ')})`;
}
