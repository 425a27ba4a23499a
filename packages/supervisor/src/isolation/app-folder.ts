import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../records/write-file-atomic.ts';
import type { Account } from './app-accounts.ts';

/** How an app is told who it is. */
export const ACCOUNT_NAME = 'app';

/** What is kept for the programs of one app, whichever release they are of. */
export interface AppFolder {
  /** Stand in for /tmp and /var/tmp. */
  tmp: string;
  varTmp: string;
  /** Stand in for those in /etc; null where the app has no account of its own. */
  names: { passwd: string; group: string } | null;
}

/** Makes it, or brings it up to date. */
export function prepareAppFolder(folder: string, account: Account | null): AppFolder {
  const [tmp, varTmp] = [join(folder, 'tmp'), join(folder, 'var-tmp')];
  for (const path of [tmp, varTmp]) {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    // As /tmp is: what rig mounts in it stays where it is, whoever may write there.
    chmodSync(path, 0o1777);
  }
  return { tmp, varTmp, names: account === null ? null : writeNames(folder, account) };
}

/** Without an entry of their own many programs fail: `os.userInfo()`, ssh, git. */
function writeNames(folder: string, { uid, gid }: Account): { passwd: string; group: string } {
  const shell = existsSync('/bin/bash') ? '/bin/bash' : '/bin/sh';
  return {
    passwd: writeNamesFile(
      join(folder, 'passwd'),
      '/etc/passwd',
      `${ACCOUNT_NAME}:x:${uid}:${gid}::/tmp:${shell}`,
    ),
    group: writeNamesFile(join(folder, 'group'), '/etc/group', `${ACCOUNT_NAME}:x:${gid}:`),
  };
}

function writeNamesFile(path: string, original: string, line: string): string {
  const content = `${line}\n${readFileSync(original, 'utf8')}`;
  if (!existsSync(path) || readFileSync(path, 'utf8') !== content) writeFileAtomic(path, content);
  chmodSync(path, 0o644);
  return path;
}
