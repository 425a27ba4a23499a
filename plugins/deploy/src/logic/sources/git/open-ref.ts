import type { GitState } from '@rig-ops/contract/resources';
import { RigError } from '@rig-ops/contract/errors';
import { checkOut } from './check-out.ts';
import { describeCommit } from './describe-commit.ts';
import { findRemote } from './find-remote.ts';
import { checkRef } from './git-address.ts';
import { complaintOf, requireGit } from './require-git.ts';
import { runGit } from './run-git.ts';

export interface OpenedCommit {
  /** Where its files are. */
  tree: string;
  git: GitState;
  notes: string[];
}

/**
 * Takes out a commit of the repository that a folder lies in; of a folder below its top, that folder alone.
 * @throws RigError `git_missing`, `git_not_a_repository`, `git_ref_not_found`
 */
export async function openRef(
  folder: string,
  ref: string,
  { into, signal }: { into: string; signal: AbortSignal },
): Promise<OpenedCommit> {
  checkRef(ref);
  const here = { cwd: folder, signal };
  const where = await runGit(['rev-parse', '--absolute-git-dir', '--show-prefix'], here);
  if (where.code !== 0)
    throw new RigError(
      'git_not_a_repository',
      `${folder} is in no git repository: ${complaintOf(where.stderr)}.`,
    );
  const [gitDir = '', prefix = ''] = where.stdout.split('\n');
  const found = await runGit(
    ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`],
    here,
  );
  if (found.code !== 0)
    throw new RigError(
      'git_ref_not_found',
      `The repository has no branch, tag or commit ${JSON.stringify(ref)}.`,
      {
        hint: 'See what it has: `git branch -a` and `git tag`; `git fetch` brings what is new.',
      },
    );
  const commit = found.stdout.trim();
  const below = prefix.replace(/\/$/, '');
  if (below !== '') await requireFolder(commit, below, ref, here);
  const name = (await requireGit(['rev-parse', '--symbolic-full-name', ref], here).catch(() => '')).trim();
  const branch = /^refs\/heads\/(.+)$/.exec(name)?.[1] ?? null;
  const [facts, remote, { tree, notes }] = await Promise.all([
    describeCommit(commit, here),
    findRemote(branch, here),
    checkOut({ gitDir, commit, below, folder: into, signal }),
  ]);
  return {
    tree: below === '' ? tree : `${tree}/${below}`,
    git: { ...facts, ref, branch, dirty: false, remote },
    notes,
  };
}

async function requireFolder(
  commit: string,
  below: string,
  ref: string,
  options: { cwd: string; signal: AbortSignal },
): Promise<void> {
  const { code, stdout } = await runGit(['cat-file', '-t', `${commit}:${below}`], options);
  if (code === 0 && stdout.trim() === 'tree') return;
  throw new RigError('source_not_found', `${ref} has no folder ${below}.`, {
    hint: 'Deploy another ref, or name a folder that it has.',
  });
}
