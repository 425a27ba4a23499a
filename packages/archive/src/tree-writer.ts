import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  fchmodSync,
  futimesSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { RigError } from '@rig-ops/contract/errors';
import type { CopyCount } from './copied.ts';
import { at } from './file-error.ts';
import { type Destination, refuseSpecial } from './destination.ts';

/** Never those that let a program run as somebody else. */
const MODE = 0o777;
const OWNER = 0o700;

export interface EntryStats {
  mode: number;
  mtime: Date;
}

export interface TreeWriterOptions {
  destination: Destination;
  /** The destination as its user knows it. */
  shown: string;
  /** What is there stays. */
  noClobber: boolean;
  count: CopyCount;
}

interface OpenFile {
  fd: number;
  aside: string;
  path: string;
  shown: string;
  /** Whether it is all there is: it gets its name with the whole. */
  alone: boolean;
}

/**
 * Writes a tree below one path and nowhere else. Names were checked before; here nothing goes through a link below
 * that path, whoever made it: every folder on the way is looked at without following, and links are made last.
 * A file has its name only once it is whole. A tree of which nothing was there has its name only once all of it is:
 * until {@link finish} it lies beside its place.
 */
export class TreeWriter {
  readonly #options: TreeWriterOptions;
  /** Where it is written now. */
  readonly #root: string;
  readonly #staged: boolean;
  /** Folders that are there and no links. */
  readonly #folders = new Set<string>();
  readonly #own = new Map<string, EntryStats>();
  readonly #links: { parts: readonly string[]; target: string }[] = [];
  #open: OpenFile | null = null;

  constructor(options: TreeWriterOptions, staged: boolean) {
    this.#options = options;
    const { path } = options.destination;
    this.#staged = staged;
    this.#root = staged ? asideOf(path) : path;
  }

  /** @param parts of its path below the destination; none for that itself */
  folder(parts: readonly string[], stats: EntryStats): void {
    const path = this.#ensure(parts);
    // One that was there stays as it is.
    if (this.#own.has(path)) this.#own.set(path, stats);
    this.#options.count.files += 1;
  }

  /** A link is made when everything else is there. */
  link(parts: readonly string[], target: string): void {
    this.#links.push({ parts, target });
  }

  /** Begins a file; false when what is there stays. */
  begin(parts: readonly string[]): boolean {
    const { count, noClobber } = this.#options;
    const path = this.#pathOf(parts);
    const shown = this.#shownOf(parts);
    const there = at(shown, () => lstatSync(path, { throwIfNoEntry: false }));
    if (there?.isDirectory() === true) throw conflict(shown, 'A folder');
    refuseSpecial(there, shown);
    if (there !== undefined && noClobber) {
      count.leave(shown, 'it is there already');
      return false;
    }
    const aside = asideOf(path);
    this.#open = {
      fd: at(shown, () => openSync(aside, 'wx', 0o600)),
      aside,
      path,
      shown,
      alone: parts.length === 0,
    };
    return true;
  }

  write(bytes: Uint8Array): void {
    if (this.#open === null) return;
    const { fd, shown } = this.#open;
    for (let done = 0; done < bytes.length; ) {
      const from = done;
      done += at(shown, () => writeSync(fd, bytes, from, bytes.length - from));
    }
    this.#options.count.bytes += bytes.length;
  }

  /** The file is whole, and gets its name. */
  end({ mode, mtime }: EntryStats): void {
    const open = this.#open;
    if (open === null) return;
    at(open.shown, () => {
      fchmodSync(open.fd, mode & MODE);
      futimesSync(open.fd, mtime, mtime);
      closeSync(open.fd);
      this.#open = { ...open, fd: -1 };
    });
    if (!open.alone) this.#name(open);
    this.#options.count.files += 1;
  }

  #name(open: OpenFile): void {
    const { count, noClobber } = this.#options;
    at(open.shown, () => {
      if (noClobber && !linkUnlessThere(open.aside, open.path))
        count.leave(open.shown, 'it is there already');
      if (noClobber) rmSync(open.aside);
      else renameSync(open.aside, open.path);
    });
    this.#open = null;
  }

  /** Makes links, gives folders their modes and times, and the whole its name. */
  finish(): void {
    if (this.#open !== null) this.#name(this.#open);
    for (const { parts, target } of this.#links) this.#makeLink(parts, target);
    for (const [path, { mode, mtime }] of [...this.#own].toReversed()) {
      at(this.#options.shown, () => {
        utimesSync(path, mtime, mtime);
        chmodSync(path, mode & MODE);
      });
    }
    if (this.#staged) at(this.#options.shown, () => renameSync(this.#root, this.#options.destination.path));
  }

  /** Removes what has no name yet. */
  abandon(): void {
    const open = this.#open;
    this.#open = null;
    if (open !== null) {
      if (open.fd >= 0) closeSync(open.fd);
      rmSync(open.aside, { force: true });
    }
    if (!this.#staged) return;
    // A folder that may not be written to cannot be emptied.
    for (const path of this.#own.keys()) ignoring(() => chmodSync(path, OWNER));
    ignoring(() => rmSync(this.#root, { recursive: true, force: true }));
  }

  #makeLink(parts: readonly string[], target: string): void {
    const { count, noClobber } = this.#options;
    const path = this.#pathOf(parts);
    const shown = this.#shownOf(parts);
    const there = at(shown, () => lstatSync(path, { throwIfNoEntry: false }));
    if (there?.isDirectory() === true) throw conflict(shown, 'A folder');
    refuseSpecial(there, shown);
    if (there !== undefined && noClobber) {
      count.leave(shown, 'it is there already');
      return;
    }
    at(shown, () => {
      const aside = asideOf(path);
      symlinkSync(target, aside);
      try {
        renameSync(aside, path);
      } catch (error) {
        rmSync(aside, { force: true });
        throw error;
      }
    });
    count.files += 1;
  }

  /** The path of something in a folder that is there. */
  #pathOf(parts: readonly string[]): string {
    const last = parts.at(-1);
    // A file or link that is copied alone: its destination was looked at before.
    if (last === undefined) return this.#root;
    return join(this.#ensure(parts.slice(0, -1)), last);
  }

  /** Makes the folders on the way, none of which may be a link. */
  #ensure(parts: readonly string[]): string {
    let path = this.#root;
    for (const [index, part] of ['', ...parts].entries()) {
      path = part === '' ? path : join(path, part);
      if (this.#folders.has(path)) continue;
      this.#ensureOne(path, this.#shownOf(parts.slice(0, index)), index === 0);
      this.#folders.add(path);
    }
    return path;
  }

  #ensureOne(path: string, shown: string, top: boolean): void {
    const there = at(shown, () => lstatSync(path, { throwIfNoEntry: false }));
    if (there === undefined) {
      at(shown, () => mkdirSync(path, OWNER));
      // One that nothing is told of is as folders are.
      this.#own.set(path, { mode: 0o755, mtime: new Date() });
    } else if (there.isSymbolicLink()) {
      // That of the destination itself was its user's word.
      if (!top || !this.#options.destination.merges) throw unsafe(shown, 'would be written through a link');
    } else if (!there.isDirectory()) throw conflict(shown, 'A file');
  }

  #shownOf(parts: readonly string[]): string {
    return [this.#options.shown.replace(/\/+$/, '') || '/', ...parts].join('/');
  }
}

export const unsafe = (shown: string, why: string): RigError =>
  new RigError('copy_unsafe', `${JSON.stringify(shown)} ${why}.`);

const conflict = (shown: string, what: string): RigError =>
  new RigError('path_conflict', `${what} is in the way of ${shown}.`);

const asideOf = (path: string): string =>
  join(dirname(path), `.${basename(path).slice(0, 40)}.rig-${randomBytes(6).toString('hex')}`);

function linkUnlessThere(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function ignoring(call: () => void): void {
  try {
    call();
  } catch {
    // What failed before says more.
  }
}
