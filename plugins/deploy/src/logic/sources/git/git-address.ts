import { basename } from 'node:path';
import { RigError } from '@rig-ops/contract/errors';
import { withoutCredentials } from '@rig-ops/contract/without-credentials';

/** Where a git repository lies, apart from what only the one who fetches may know. */
export interface GitAddress {
  /** Without credentials; what git is given and people are shown. */
  address: string;
  /** Null: the default branch. */
  ref: string | null;
  credentials: { username: string; password: string } | null;
  /** Last part of the path without `.git`. */
  name: string;
}

const SCHEME = /^(?:git\+)?(https?|ssh|git|file):\/\//i;
/** `git@host:path`; one letter before the colon would be a drive. */
const SCP_LIKE = /^(?:[\w.+-]+@)?[\w.-]{2,}:(?!\/\/)[^\s]+$/;

/** Reads `ADDRESS` or `ADDRESS#REF`; null for what is no address of a repository. */
export function parseGitAddress(text: string): GitAddress | null {
  const scheme = SCHEME.exec(text);
  if (scheme === null && !SCP_LIKE.test(text)) return null;
  const hash = text.lastIndexOf('#');
  const ref = hash === -1 ? null : text.slice(hash + 1);
  const given = (hash === -1 ? text : text.slice(0, hash)).replace(/^git\+/i, '');
  if (ref === '') throw new RigError('usage', `No ref follows the # of ${withoutCredentials(text)}.`);
  if (ref !== null) checkRef(ref);
  const name = basename(
    given
      .replace(/[?#].*$/, '')
      .replace(/\/+$/, '')
      .replace(/^.*:/, ''),
  ).replace(/\.git$/, '');
  return {
    address: withoutCredentials(given),
    ref,
    credentials: scheme === null ? null : credentialsOf(given),
    name,
  };
}

function credentialsOf(url: string): GitAddress['credentials'] {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch (error) {
    // Not the cause: its message repeats the address.
    throw new RigError('usage', `${withoutCredentials(url)} is not an address.`, {
      cause: (error as Error).name,
    });
  }
  if (!/^https?:$/.test(parsed.protocol) || (parsed.username === '' && parsed.password === '')) return null;
  return { username: decodeURIComponent(parsed.username), password: decodeURIComponent(parsed.password) };
}

/** @throws RigError `usage` for what git would take for an option, or no ref can be */
export function checkRef(ref: string): void {
  if (ref.startsWith('-') || ref === '' || /[\s\0]/.test(ref) || ref.includes(':'))
    throw new RigError('usage', `${JSON.stringify(ref.slice(0, 100))} is not a branch, a tag or a commit.`);
}
