import { spawnSync } from 'node:child_process';

/** `nobody`, as which a whole platform runs here. */
export const ORDINARY = 65_534;
const isRoot = process.getuid?.() === 0;

/** Why a platform cannot be had here for this user; false where it can. */
export function reasonToSkip(uid: number | undefined): string | false {
  if (process.platform !== 'linux') return 'only Linux isolates';
  if (!isRoot) return uid === undefined ? 'it takes root' : 'to become an ordinary user takes root';
  if (uid === undefined) return false;
  const options = { uid, gid: uid, stdio: 'ignore' as const };
  if (spawnSync(process.execPath, ['--version'], { ...options, timeout: 10_000 }).error !== undefined)
    return 'an ordinary user may not run what lies in this folder';
  return spawnSync('/usr/bin/unshare', ['--user', 'true'], options).status === 0
    ? false
    : 'there are no namespaces for ordinary users';
}
