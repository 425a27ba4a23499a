import type { Dirent } from 'node:fs';
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { BUNDLE_LIMITS } from '@rig-ops/contract/bundle-manifest';
import { RigError } from '@rig-ops/contract/errors';
import { leaveOutAlways } from '../ignore/always-left-out.ts';
import type { IgnoreStack } from '../ignore/ignore-stack.ts';
import { extendStack, stackAbove } from '../ignore/load-ignore-files.ts';
import { checkEntries } from '../manifest/check-entries.ts';
import { Turn } from '../turn.ts';
import { comparePaths } from './compare-paths.ts';
import { orUnreadable, readFolder, readLink, statEntry } from './read-folder.ts';
import type { Scan, ScannedEntry } from './scan.ts';

const RENAME_HINT = 'Rename it, or list it in .rigignore.';

/**
 * Finds what of a folder belongs to a bundle: all but what `.gitignore`, `.rigignore` and rig itself
 * leave out. Folders that are left out are not entered. Reads no content.
 * @throws RigError `source_not_found`, `source_unreadable`, `source_empty`; `invalid_bundle` for what
 * a bundle cannot hold, naming it; the reason of the signal.
 */
export async function scanTree(root: string, { signal }: { signal?: AbortSignal } = {}): Promise<Scan> {
  const absolute = resolve(root);
  checkRoot(absolute, root);
  const walk = new Walk(absolute);
  const turn = new Turn();
  const above = orUnreadable(absolute, () => stackAbove(absolute));
  const folders = [{ folder: '', stack: above as IgnoreStack, depth: 1 }];
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    folders.push(...walk.enter(next));
    await turn.pass(signal);
  }
  const { scan } = walk;
  if (!scan.entries.some(({ type }) => type === 'file')) throw emptyError(absolute, scan);
  scan.entries.sort((a, b) => comparePaths(a.path, b.path));
  checkEntries(scan.entries, RENAME_HINT);
  return scan;
}

interface Folder {
  /** As the disk spells it, relative to the root; `''` for the root. */
  folder: string;
  stack: IgnoreStack;
  depth: number;
}

class Walk {
  readonly scan: Scan;
  #bytes = 0;

  constructor(root: string) {
    this.scan = { root, entries: [], ignored: [], notes: [] };
  }

  /** Takes in the entries of a folder; answers the folders to enter next. */
  enter({ folder, stack, depth }: Folder): Folder[] {
    const { root, entries } = this.scan;
    const dirents = readFolder(`${root}/${folder}`, folder === '' ? root : folder);
    if (depth > BUNDLE_LIMITS.depth && dirents.length > 0) {
      throw new RigError('invalid_bundle', `${folder} is deeper than ${BUNDLE_LIMITS.depth} folders.`, {
        hint: 'Move it up, or list it in .rigignore.',
      });
    }
    const names = new Set(dirents.map(({ name }) => name));
    const files = new Set(dirents.filter((dirent) => dirent.isFile()).map(({ name }) => name));
    const rules = orUnreadable(folder, () => extendStack(stack, { root, folder, files })) ?? stack;
    const deeper: Folder[] = [];
    const before = entries.length;
    for (const dirent of dirents) {
      const onDisk = folder === '' ? dirent.name : `${folder}/${dirent.name}`;
      if (this.#leaveOut(onDisk, dirent, rules, names)) continue;
      if (dirent.isDirectory()) deeper.push({ folder: onDisk, stack: rules, depth: depth + 1 });
      else this.#take(onDisk, dirent);
    }
    if (folder !== '' && entries.length === before && deeper.length === 0) {
      this.#add({ type: 'directory', path: folder.normalize('NFC') });
    }
    return deeper;
  }

  #leaveOut(path: string, dirent: Dirent, rules: IgnoreStack, names: ReadonlySet<string>): boolean {
    const { ignored, notes } = this.scan;
    const decision = rules.decide(path, dirent.isDirectory());
    const byRule = decision !== null && !decision.negated;
    const always = leaveOutAlways(path, names);
    if (always?.note != null && !byRule) notes.push(always.note);
    const rule = always?.rule ?? (byRule ? decision.text : null);
    if (rule !== null) ignored.push({ path, rule });
    return rule !== null;
  }

  #take(onDisk: string, dirent: Dirent): void {
    const { root, notes } = this.scan;
    const absolute = `${root}/${onDisk}`;
    const path = onDisk.normalize('NFC');
    if (dirent.isSymbolicLink()) {
      const target = readLink(absolute, onDisk);
      if (target !== null) this.#add({ type: 'symlink', path, target });
    } else if (dirent.isFile()) {
      const found = statEntry(absolute, onDisk);
      if (found === null) refuseUndecodable(onDisk);
      else {
        this.#count(found.size);
        const executable = (found.mode & 0o100) !== 0;
        const spelling = path === onDisk ? {} : { onDisk };
        this.#add({ type: 'file', path, size: found.size, executable, ...spelling });
      }
    } else {
      notes.push(`${onDisk} is left out: it is neither a file nor a folder nor a symlink.`);
    }
  }

  #add(entry: ScannedEntry): void {
    this.scan.entries.push(entry);
    if (this.scan.entries.length > BUNDLE_LIMITS.entries) {
      throw new RigError('invalid_bundle', `The source has more than ${BUNDLE_LIMITS.entries} entries.`, {
        hint: 'List what is not needed in .rigignore.',
      });
    }
  }

  #count(size: number): void {
    this.#bytes += size;
    if (this.#bytes > BUNDLE_LIMITS.totalBytes) {
      throw new RigError('invalid_bundle', `The source has more than ${BUNDLE_LIMITS.totalBytes} bytes.`, {
        hint: 'List what is not needed in .rigignore.',
      });
    }
  }
}

/** A name that is not UTF-8 arrives with U+FFFD, and then there is no entry of that name. */
function refuseUndecodable(path: string): void {
  if (!path.includes('\uFFFD')) return;
  throw new RigError('invalid_bundle', `The name of ${path} is not UTF-8.`, { hint: RENAME_HINT });
}

function checkRoot(absolute: string, given: string): void {
  const found = orUnreadable(given, () => statSync(absolute));
  if (found === null) throw new RigError('source_not_found', `There is no folder ${given}.`);
  if (!found.isDirectory()) throw new RigError('source_not_found', `${given} is not a folder.`);
}

function emptyError(root: string, { ignored }: Scan): RigError {
  const count = ignored.length;
  const reason =
    count === 0
      ? 'holds no file'
      : `holds no file but what is left out (${count}, such as ${ignored[0]?.path})`;
  return new RigError('source_empty', `${root} ${reason}.`, {
    details: { leftOut: ignored.slice(0, 20) },
  });
}
