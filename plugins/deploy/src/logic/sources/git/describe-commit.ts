import type { GitState } from '@rig-ops/contract/resources';
import { requireGit } from './require-git.ts';
import type { GitOptions } from './run-git.ts';

export type CommitFacts = Pick<GitState, 'commit' | 'subject' | 'author' | 'committedAt'>;

/** What a release records of a commit. */
export async function describeCommit(commit: string, options: GitOptions): Promise<CommitFacts> {
  const format = '--format=%H%x00%an%x00%ct%x00%s';
  const out = await requireGit(
    ['log', '-1', '--no-show-signature', format, '--end-of-options', commit],
    options,
  );
  const [hash = '', author = '', seconds = '0', subject = ''] = out.trimEnd().split('\0');
  return {
    commit: hash,
    author: author.slice(0, 300),
    subject: subject.slice(0, 500),
    committedAt: new Date(Number(seconds) * 1000).toISOString(),
  };
}
