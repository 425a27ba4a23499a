import { BUNDLE_LIMITS } from '@rig-ops/contract/bundle-limits';
import { RigError } from '@rig-ops/contract/errors';
import { comparePaths } from '../scan/compare-paths.ts';

/** The longest name that the file systems of Linux and macOS take (NAME_MAX, limits.h). */
const NAME_BYTES = 255;

interface Entry {
  readonly type: 'file' | 'symlink' | 'directory';
  readonly path: string;
  readonly target?: string;
}

/**
 * Checks what every bundle promises about its paths and symlinks: safe to create below a folder, on
 * any file system, in this order.
 * @throws RigError `invalid_bundle` that names the path
 */
export function checkEntries(entries: readonly Entry[], { hint }: { hint?: string } = {}): void {
  const refuse = (message: string, path: string): never => {
    const options = hint === undefined ? {} : { hint };
    throw new RigError('invalid_bundle', message, { ...options, details: { path } });
  };
  const links = new Set<string>();
  const spellings = new Map<string, string>();
  const folders = new Set<string>();
  let previous: string | undefined;
  let bothPlain = false;
  let folder = '';
  for (const { type, path } of entries) {
    const isPlain = plain.test(path);
    const flaw = pathFlaw(path, isPlain);
    if (flaw !== null) refuse(`${JSON.stringify(path)} ${flaw}.`, path);
    bothPlain &&= isPlain;
    // Of ASCII, which most paths are, the order of characters is that of bytes.
    const inOrder =
      previous === undefined || (bothPlain ? previous < path : comparePaths(previous, path) < 0);
    bothPlain = isPlain;
    if (!inOrder) {
      refuse(previous === path ? `${path} appears twice.` : `${path} is not in order.`, path);
    }
    previous = path;
    if (type === 'symlink') links.add(path);
    for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
      // Neighbours mostly share their folder.
      if (slash === folder.length && path.startsWith(folder)) break;
      folder = path.slice(0, slash);
      if (folders.has(folder)) break;
      folders.add(folder);
      const other = claimSpelling(spellings, folder);
      if (other !== null) refuse(`${other} and ${folder} differ in case only.`, path);
    }
    const other = claimSpelling(spellings, path);
    if (other !== null) refuse(`${other} and ${path} differ in case only.`, path);
  }
  for (const { type, path, target } of entries) {
    if (folders.has(path)) refuse(`${path} is a ${type} and has entries below it.`, path);
    const flaw = type === 'symlink' ? targetFlaw(path, target ?? '', links) : null;
    if (flaw !== null) refuse(`The symlink ${path} ${flaw}.`, path);
  }
}

/**
 * Checks what has to be so of each path alone for a file to be written there; what entries are to one another is
 * left to {@link checkEntries}.
 * @throws RigError `invalid_bundle` that names the path
 */
export function checkPaths(entries: readonly Entry[]): void {
  for (const { path } of entries) {
    const flaw = pathFlaw(path, plain.test(path));
    if (flaw === null) continue;
    throw new RigError('invalid_bundle', `${JSON.stringify(path)} ${flaw}.`, { details: { path } });
  }
}

/** Printable ASCII without the backslash: most paths, about which there is little to ask. */
const plain = /^[ -[\]-~]*$/;
const oddNames = /(?:^|\/)\.{0,2}(?:\/|$)/;

/** The other spelling of a path that is the same where case does not count; null when it is the first. */
function claimSpelling(spellings: Map<string, string>, path: string): string | null {
  const folded = path.toLowerCase();
  const other = spellings.get(folded);
  if (other === undefined) spellings.set(folded, path);
  return other === undefined || other === path ? null : other;
}

function pathFlaw(path: string, isPlain: boolean): string | null {
  if (path === '') return 'is no path';
  if (path.startsWith('/')) return 'is an absolute path';
  if (!isPlain) {
    if (path.includes('\0')) return 'has a NUL in its name';
    if (path.includes('\\')) return 'has a backslash in its name, which separates folders elsewhere';
    if (!path.isWellFormed() || path.normalize('NFC') !== path) return 'is not in Unicode normal form C';
  }
  if (path.length > BUNDLE_LIMITS.pathBytes / 3 && Buffer.byteLength(path) > BUNDLE_LIMITS.pathBytes) {
    return `is longer than ${BUNDLE_LIMITS.pathBytes} bytes`;
  }
  if (path.length > BUNDLE_LIMITS.depth && path.split('/').length > BUNDLE_LIMITS.depth) {
    return `is deeper than ${BUNDLE_LIMITS.depth} folders`;
  }
  if (path.length > NAME_BYTES / 3 && path.split('/').some((name) => Buffer.byteLength(name) > NAME_BYTES)) {
    return `has a name of more than ${NAME_BYTES} bytes in it`;
  }
  return oddNames.test(path) ? 'is not a plain path' : null;
}

/**
 * Follows a target step by step. `..` behind another symlink leads to wherever that one points, so
 * that no count of steps can tell where it ends.
 */
function targetFlaw(path: string, target: string, links: ReadonlySet<string>): string | null {
  if (target === '') return 'has no target';
  if (target.startsWith('/')) return `points to an absolute path, ${target}`;
  if (target.includes('\0') || target.includes('\\')) return `has a target that is not portable, ${target}`;
  if (Buffer.byteLength(target) > BUNDLE_LIMITS.pathBytes) return 'has a target that is too long';
  const at = path.split('/').slice(0, -1);
  for (const step of target.split('/')) {
    if (step === '' || step === '.') continue;
    if (step !== '..') at.push(step);
    else if (at.length === 0) return `points outside of the source, to ${target}`;
    else if (links.has(at.join('/'))) return `points behind another symlink and back, to ${target}`;
    else at.pop();
  }
  return null;
}
