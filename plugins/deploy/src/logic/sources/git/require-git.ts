import { RigError } from '@rig-ops/contract/errors';
import { type GitOptions, runGit } from './run-git.ts';

/** The last thing git complained about, as one line. */
export function complaintOf(stderr: string): string {
  const lines = stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('hint:'));
  const line = lines.findLast((each) => /^(fatal|error):/.test(each)) ?? lines.at(-1) ?? 'git gave no reason';
  return line
    .replace(/^(fatal|error): /, '')
    .replace(/\.$/, '')
    .slice(0, 300);
}

/** Runs git for something that works unless the repository is broken; answers its stdout. */
export async function requireGit(args: readonly string[], options: GitOptions): Promise<string> {
  const { code, stderr, stdout } = await runGit(args, options);
  if (code !== 0)
    throw new RigError(
      'git_failed',
      `git ${args.find((arg) => !arg.startsWith('-')) ?? ''} failed: ${complaintOf(stderr)}.`,
    );
  return stdout;
}
