import { execFile } from 'node:child_process';
import { lchownSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Account } from './app-accounts.ts';

const run = promisify(execFile);

/** More than this is done by a program of its own: nothing else would go on meanwhile. */
const AT_ONCE = 300;

/**
 * Makes folders an account's with all that is in them, links as such. A folder that is its own already is left as it
 * is: it changes hands behind its content, so that one that was cut short is done again.
 */
export async function takeOwnership(folders: readonly string[], { uid, gid }: Account): Promise<void> {
  const foreign = folders.filter((path) => {
    const found = lstatSync(path, { throwIfNoEntry: false });
    return found !== undefined && found.uid !== uid;
  });
  const left = { entries: AT_ONCE };
  const large = foreign.filter((path) => !giveAll(path, { uid, gid }, left));
  if (large.length > 0) await run('chown', ['-Rh', `${uid}:${gid}`, '--', ...large]);
}

/** Whether it was little enough. */
function giveAll(path: string, account: Account, left: { entries: number }): boolean {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (--left.entries < 0) return false;
    const inner = join(path, entry.name);
    if (!entry.isDirectory()) lchownSync(inner, account.uid, account.gid);
    else if (!giveAll(inner, account, left)) return false;
  }
  lchownSync(path, account.uid, account.gid);
  return true;
}
