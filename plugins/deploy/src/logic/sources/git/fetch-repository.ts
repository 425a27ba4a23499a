import { join } from 'node:path';
import { RigError } from '@rig-ops/contract/errors';
import type { GitAddress } from './git-address.ts';
import { complaintOf, requireGit } from './require-git.ts';
import { runGit } from './run-git.ts';

/** No `ext::` and other ways to run a program. */
const PROTOCOLS = 'https:http:ssh:git:file';

/** Gives up on a peer that sends less than this many bytes a second for so long. */
const STALL = ['-c', 'http.lowSpeedLimit=100', '-c', 'http.lowSpeedTime=60'];

/** Answers git's question with variables, so that neither an argument nor a file holds a password. */
const CREDENTIAL_HELPER =
  '!f() { test "$1" = get && printf "username=%s\\npassword=%s\\n" "$RIG_GIT_USERNAME" "$RIG_GIT_PASSWORD"; }; f';

export interface FetchedCommit {
  gitDir: string;
  commit: string;
  branch: string | null;
  /** For whatever else has to reach the repository. */
  env: Record<string, string>;
}

/**
 * Fetches one commit of a repository, and as little else as its server allows.
 * @throws RigError `git_missing`, `git_fetch_failed`, `git_ref_not_found`
 */
export async function fetchRepository(
  from: GitAddress,
  { folder, signal }: { folder: string; signal: AbortSignal },
): Promise<FetchedCommit> {
  const { address, credentials, ref } = from;
  const gitDir = join(folder, 'repository');
  const env: Record<string, string> = {
    GIT_ALLOW_PROTOCOL: PROTOCOLS,
    ...(await sshEnvironment(folder, signal)),
    ...(credentials === null
      ? {}
      : { RIG_GIT_USERNAME: credentials.username, RIG_GIT_PASSWORD: credentials.password }),
  };
  const own =
    credentials === null ? [] : ['-c', 'credential.helper=', '-c', `credential.helper=${CREDENTIAL_HELPER}`];
  await requireGit(['init', '--quiet', '--bare', '--template=', gitDir], { cwd: folder, signal });
  const inside = { cwd: gitDir, signal, env: { ...env, GIT_DIR: gitDir } };
  const fetch = (...args: string[]) =>
    runGit([...STALL, ...own, 'fetch', '--quiet', '--no-tags', '--no-recurse-submodules', ...args], inside);
  const resolve = async (name: string) => {
    const { code, stdout } = await runGit(
      ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`],
      inside,
    );
    return code === 0 ? stdout.trim() : null;
  };

  const listed = await runGit([...STALL, ...own, 'ls-remote', '--symref', '--', address], inside);
  if (listed.code !== 0) throw fetchFailed(from, listed.stderr);
  const refs = parseRefs(listed.stdout);
  const full = ref === null ? 'HEAD' : refs.find(ref);
  if (full !== null && refs.has(full)) {
    const fetched = await fetch('--depth=1', '--', address, `+${full}:refs/rig/wanted`);
    if (fetched.code !== 0) throw fetchFailed(from, fetched.stderr);
    const commit = await resolve('refs/rig/wanted');
    const branch = full === 'HEAD' ? refs.head : branchOf(full);
    if (commit !== null) return { gitDir, commit, branch, env };
  } else if (ref === null) {
    throw new RigError('git_ref_not_found', `${address} has no commit yet.`, {
      hint: 'Push one, or name a branch: ADDRESS#BRANCH.',
    });
  } else if (/^[0-9a-f]{4,64}$/i.test(ref)) {
    // Not every server hands out a commit by its name; all of its history has it in any case.
    const direct = ref.length >= 40 ? await fetch('--depth=1', '--', address, ref) : null;
    if (direct?.code !== 0) {
      const all = await fetch(
        '--',
        address,
        '+refs/heads/*:refs/rig/heads/*',
        '+refs/tags/*:refs/rig/tags/*',
      );
      if (all.code !== 0) throw fetchFailed(from, all.stderr);
    }
    const commit = await resolve(ref);
    if (commit !== null) return { gitDir, commit, branch: null, env };
  }
  throw new RigError('git_ref_not_found', `${address} has no branch, tag or commit ${JSON.stringify(ref)}.`, {
    hint: `See what it has: \`git ls-remote ${address}\`.`,
  });
}

const branchOf = (ref: string): string | null => (ref.startsWith('refs/heads/') ? ref.slice(11) : null);

interface Refs {
  /** The branch HEAD points to. */
  head: string | null;
  has(full: string): boolean;
  /** The full name of what a person wrote, in git's own order; null when there is none. */
  find(given: string): string | null;
}

function parseRefs(text: string): Refs {
  const names = new Set<string>();
  let head: string | null = null;
  for (const line of text.split('\n')) {
    const symbolic = /^ref: (\S+)\tHEAD$/.exec(line);
    if (symbolic !== null) head = branchOf(symbolic[1] ?? '');
    const name = /^[0-9a-f]+\t(\S+)$/.exec(line)?.[1];
    if (name !== undefined) names.add(name);
  }
  return {
    head,
    has: (full) => names.has(full),
    find: (given) =>
      [given, `refs/${given}`, `refs/tags/${given}`, `refs/heads/${given}`].find((name) => names.has(name)) ??
      null,
  };
}

/** ssh that asks nothing and does not wait for ever, unless the user has one of their own. */
async function sshEnvironment(cwd: string, signal: AbortSignal): Promise<Record<string, string>> {
  if (process.env['GIT_SSH_COMMAND'] !== undefined || process.env['GIT_SSH'] !== undefined) return {};
  const { code } = await runGit(['config', '--get', 'core.sshCommand'], { cwd, signal });
  return code === 0
    ? {}
    : { GIT_SSH_COMMAND: 'ssh -oBatchMode=yes -oConnectTimeout=30 -oServerAliveInterval=15' };
}

function fetchFailed({ address, credentials }: GitAddress, stderr: string): RigError {
  let complaint = complaintOf(stderr);
  for (const secret of [credentials?.password, credentials?.username])
    if (secret !== undefined && secret.length > 2) complaint = complaint.replaceAll(secret, '***');
  return new RigError('git_fetch_failed', `${address} cannot be fetched: ${complaint}.`, {
    hint: `rig asks for no password: give git a credential helper or ssh a key, and try \`git ls-remote ${address}\`.`,
  });
}
