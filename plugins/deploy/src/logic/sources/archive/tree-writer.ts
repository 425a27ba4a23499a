import {
  closeSync,
  copyFileSync,
  lstatSync,
  mkdirSync,
  openSync,
  symlinkSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { BUNDLE_LIMITS } from '@rig-ops/contract/bundle-limits';
import { invalidArchive, unsafeArchive } from './archive-error.ts';
import { checkLinkTarget, namesOf } from './entry-path.ts';

/** Above this size an archive must not have grown by more than {@link MAX_GROWTH}. */
const GROWTH_FREE_BYTES = 64 * 1024 * 1024;
/** Sources shrink 3 to 20 fold; what shrinks more was made to. */
const MAX_GROWTH = 200;

export interface FileSink {
  write(bytes: Uint8Array): void;
  end(): void;
}

type Kind = 'file' | 'folder' | 'symlink';

/**
 * Writes what an archive holds below one folder, and refuses what would end up elsewhere or never end. Links
 * are made last, so that nothing is written through one. Synchronous: many small files are written several
 * times faster so, and between two chunks of the archive there is time for everything else.
 */
export class TreeWriter {
  readonly #root: string;
  readonly #readBytes: () => number;
  readonly #kinds = new Map<string, Kind>();
  readonly #links = new Map<string, string>();
  #bytes = 0;

  /** @param readBytes how much of the archive was read so far */
  constructor(root: string, readBytes: () => number) {
    this.#root = root;
    this.#readBytes = readBytes;
  }

  get entries(): ReadonlyMap<string, Kind> {
    return this.#kinds;
  }

  folder(path: string): void {
    const names = namesOf(path);
    if (names.length > 0) this.#makeFolder(path, names);
  }

  file(path: string, executable: boolean): FileSink {
    const at = this.#place(path, 'file');
    const fd = openSync(join(this.#root, at), 'wx', executable ? 0o755 : 0o644);
    let isOpen = true;
    const end = () => {
      if (isOpen) closeSync(fd);
      isOpen = false;
    };
    const write = (bytes: Uint8Array) => {
      this.#count(path, bytes.length);
      for (let written = 0; written < bytes.length; ) written += writeSync(fd, bytes, written);
    };
    return { write, end };
  }

  symlink(path: string, target: string): void {
    const names = namesOf(path);
    checkLinkTarget(path, names, target);
    this.#links.set(this.#place(path, 'symlink'), target);
  }

  /** A second name of a file that came before; it becomes a copy. */
  hardLink(path: string, target: string): void {
    const from = namesOf(target).join('/');
    if (this.#kinds.get(from) !== 'file')
      throw unsafeArchive(path, `is a link to ${target.slice(0, 200)}, which is no file of the archive`);
    if (from === namesOf(path).join('/')) return;
    const at = this.#place(path, 'file');
    this.#count(path, lstatSync(join(this.#root, from)).size);
    copyFileSync(join(this.#root, from), join(this.#root, at));
  }

  /** Makes the links. */
  finish(): void {
    for (const [path, target] of this.#links) symlinkSync(target, join(this.#root, path));
  }

  /** Makes room for an entry; the last of several with one path counts, as tar has it. */
  #place(path: string, kind: Kind): string {
    const names = namesOf(path);
    const at = names.join('/');
    if (names.length === 0) throw unsafeArchive(path, 'has no name');
    this.#makeFolder(path, names.slice(0, -1));
    const before = this.#kinds.get(at);
    if (before === 'folder') throw unsafeArchive(path, 'is a folder as well');
    if (before === 'file') unlinkSync(join(this.#root, at));
    else if (before === undefined) this.#checkSpelling(path, at);
    this.#links.delete(at);
    this.#remember(path, at, kind);
    return at;
  }

  #makeFolder(path: string, names: readonly string[]): void {
    let at = '';
    for (const name of names) {
      at = at === '' ? name : `${at}/${name}`;
      const before = this.#kinds.get(at);
      if (before === 'folder') continue;
      if (before !== undefined) throw unsafeArchive(path, `lies below ${at}, which is a ${before}`);
      this.#checkSpelling(path, at);
      mkdirSync(join(this.#root, at), { mode: 0o755 });
      this.#remember(path, at, 'folder');
    }
  }

  #checkSpelling(path: string, at: string): void {
    // Some disks do not tell upper from lower case, or two forms of one letter.
    if (lstatSync(join(this.#root, at), { throwIfNoEntry: false }) !== undefined)
      throw unsafeArchive(path, 'differs from another entry in spelling only');
  }

  #remember(path: string, at: string, kind: Kind): void {
    this.#kinds.set(at, kind);
    if (this.#kinds.size > BUNDLE_LIMITS.entries)
      throw unsafeArchive(path, `is one of more than ${BUNDLE_LIMITS.entries} entries`);
  }

  #count(path: string, bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > BUNDLE_LIMITS.totalBytes)
      throw unsafeArchive(path, `makes it more than ${BUNDLE_LIMITS.totalBytes} bytes unpacked`);
    if (this.#bytes > GROWTH_FREE_BYTES && this.#bytes > this.#readBytes() * MAX_GROWTH)
      throw unsafeArchive(path, `grows more than ${MAX_GROWTH} fold when it is unpacked`);
  }
}

/** Whether something broke that is not the fault of the archive, as a full disk. */
export function asArchiveError(error: unknown, shown: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  const isOfSystem =
    typeof code === 'string' && /^(ENOSPC|EDQUOT|EACCES|EPERM|EIO|EMFILE|ENFILE|EROFS)$/.test(code);
  const isKnown =
    error instanceof Error && ('exitCode' in error || error.name === 'AbortError' || isOfSystem);
  if (isKnown) return error;
  const why = error instanceof Error ? error.message.replace(/\.$/, '') : String(error);
  return invalidArchive(shown, `cannot be read: ${why}.`, error);
}
