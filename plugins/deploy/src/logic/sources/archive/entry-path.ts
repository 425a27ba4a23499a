import { BUNDLE_LIMITS } from '@rig-ops/contract/bundle-limits';
import { unsafeArchive } from './archive-error.ts';

/**
 * The names that lead to an entry, from the top of the archive; none for the top itself.
 * @throws RigError `archive_unsafe` for a path that leads, or may lead somewhere, out of it
 */
export function namesOf(path: string): string[] {
  if (path.includes('\0')) throw unsafeArchive(path, 'has a NUL in its name');
  if (path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path)) throw unsafeArchive(path, 'is an absolute path');
  if (path.includes('\\')) throw unsafeArchive(path, 'has a backslash in its name');
  if (path.includes('\uFFFD')) throw unsafeArchive(path, 'has a name that is not UTF-8');
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  if (names.includes('..')) throw unsafeArchive(path, 'leads out of the archive by ".."');
  if (names.length > BUNDLE_LIMITS.depth)
    throw unsafeArchive(path, `is deeper than ${BUNDLE_LIMITS.depth} folders`);
  if (Buffer.byteLength(path) > BUNDLE_LIMITS.pathBytes + 256)
    throw unsafeArchive(path, `has a path of more than ${BUNDLE_LIMITS.pathBytes} bytes`);
  return names;
}

/** @throws RigError `archive_unsafe` when the target of a symlink lies outside the archive */
export function checkLinkTarget(path: string, names: readonly string[], target: string): void {
  if (target === '' || target.includes('\0')) throw unsafeArchive(path, 'is a symlink to nothing');
  if (target.startsWith('/'))
    throw unsafeArchive(path, `is a symlink to the absolute path ${target.slice(0, 200)}`);
  let depth = names.length - 1;
  for (const name of target.split('/')) {
    if (name === '' || name === '.') continue;
    depth += name === '..' ? -1 : 1;
    if (depth < 0) throw unsafeArchive(path, `is a symlink out of the archive, to ${target.slice(0, 200)}`);
  }
}
