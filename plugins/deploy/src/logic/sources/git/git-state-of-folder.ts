import { lstat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { GitState } from '@rig-ops/contract/resources';
import { isRigError } from '@rig-ops/contract/errors';
import { describeCommit } from './describe-commit.ts';
import { findRemote } from './find-remote.ts';
import { complaintOf } from './require-git.ts';
import { runGit } from './run-git.ts';

/** Whether a folder lies in a git repository, by looking alone: most commands need not start git. */
async function isInRepository(folder: string): Promise<boolean> {
  for (let at = folder; ; at = dirname(at)) {
    const found = await lstat(join(at, '.git')).catch(() => null);
    if (found !== null) return true;
    if (dirname(at) === at) return false;
  }
}

export interface FolderState {
  git: GitState | null;
  /** Why nothing is recorded although there is a repository. */
  note: string | null;
}

/**
 * What a release records of a folder in a git repository. That it cannot be told is never a reason not to deploy.
 * @param isDeployed whether a path relative to the folder is part of what is deployed; a folder ends in `/`
 */
export async function gitStateOfFolder(
  folder: string,
  isDeployed: (path: string) => boolean,
  signal: AbortSignal,
): Promise<FolderState> {
  if (!(await isInRepository(folder))) return { git: null, note: null };
  const options = { cwd: folder, signal };
  try {
    const status = await runGit(
      [
        '-c',
        'core.quotePath=false',
        'status',
        '--porcelain=v2',
        '--branch',
        '-z',
        '--untracked-files=normal',
        '--ignore-submodules=dirty',
        '--',
        '.',
      ],
      options,
    );
    if (status.code !== 0) return { git: null, note: notRecorded(complaintOf(status.stderr)) };
    const prefix = (await runGit(['rev-parse', '--show-prefix'], options)).stdout.trimEnd();
    const { branch, changed, commit, untracked } = parseStatus(status.stdout);
    if (commit === null) return { git: null, note: null };
    const [facts, remote] = await Promise.all([describeCommit(commit, options), findRemote(branch, options)]);
    const within = (path: string) => (path.startsWith(prefix) ? path.slice(prefix.length) : null);
    const isIn = (path: string) => {
      const own = within(path);
      return own !== null && own !== '' && isDeployed(own);
    };
    // A file that is gone from disk is a change as well, and no entry of the bundle.
    const dirty = changed.some((path) => within(path) !== null) || untracked.some(isIn);
    return { git: { ...facts, ref: null, branch, dirty, remote }, note: null };
  } catch (error) {
    signal.throwIfAborted();
    if (!isRigError(error)) throw error;
    return { git: null, note: notRecorded(error.message.replace(/\.$/, '')) };
  }
}

const notRecorded = (why: string): string => `The release does not record the git commit: ${why}.`;

interface Status {
  commit: string | null;
  branch: string | null;
  /** Paths relative to the top of the repository. */
  changed: string[];
  untracked: string[];
}

/** Reads `git status --porcelain=v2 --branch -z`. */
function parseStatus(text: string): Status {
  const status: Status = { commit: null, branch: null, changed: [], untracked: [] };
  const records = text.split('\0');
  for (let index = 0; index < records.length; index += 1) {
    const record = records[index] ?? '';
    const [kind = '', ...words] = record.split(' ');
    if (kind === '#') {
      const [key, value = ''] = words;
      if (key === 'branch.oid' && value !== '(initial)') status.commit = value;
      if (key === 'branch.head' && value !== '(detached)') status.branch = value;
    } else if (kind === '?') status.untracked.push(words.join(' '));
    else if (kind === '1') status.changed.push(words.slice(7).join(' '));
    else if (kind === 'u') status.changed.push(words.slice(9).join(' '));
    else if (kind === '2') {
      status.changed.push(words.slice(8).join(' '));
      // The name it had before follows as a record of its own.
      index += 1;
    }
  }
  return status;
}
