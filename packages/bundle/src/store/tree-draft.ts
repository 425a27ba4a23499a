import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { BUNDLE_LIMITS } from '@rig-ops/contract/bundle-limits';
import type { BundleEntry, BundleManifest, FileEntry } from '@rig-ops/contract/bundle-manifest';
import type { PackedChunk } from '../pack/pack-layout.ts';
import { type Piece, type PieceJob, pieceJob } from './tree-pieces.ts';

/** Once in parts, once as a whole. */
const MOST_TOLD = 2 * BUNDLE_LIMITS.entries;

/**
 * A tree that is written while its content arrives: what was checked just now need not be read, unpacked and
 * checked again. It is a guess until a bundle is to be written: then what is in it is compared with the
 * manifest, and a draft with anything else in it is thrown away.
 */
export class TreeDraft {
  readonly dir: string;
  /** Files of one chunk that were announced and have not arrived, by digest. */
  readonly #expected = new Map<string, FileEntry>();
  /** The others where several have the same content. */
  readonly #twins = new Map<string, FileEntry[]>();
  readonly #written = new Map<string, FileEntry>();
  readonly #writing = new Set<Promise<unknown>>();
  readonly #stop = new AbortController();
  /** How many entries it was told of. */
  #told = 0;
  #isBroken = false;
  #isClosed = false;

  /** In a new folder. */
  constructor(dir: string) {
    this.dir = dir;
    mkdirSync(dir, { recursive: true, mode: 0o700 });
  }

  /** Whether more can be put into it. */
  get isOpen(): boolean {
    return !this.#isBroken && !this.#isClosed;
  }

  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** Aborted when it is of no use any more. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Something went wrong with it, whatever it was: it will come up again where somebody can be told. */
  breakOff(): void {
    this.#isBroken = true;
    this.#expected.clear();
    this.#twins.clear();
  }

  /** Takes note of entries of which some content is going to arrive. */
  expect(entries: readonly BundleEntry[], missing: ReadonlySet<string>): void {
    if (!this.isOpen) return;
    this.#told += entries.length;
    // No upload has so many: who goes on and on about what never comes takes no more memory than the largest.
    if (this.#told > MOST_TOLD) return this.breakOff();
    for (const entry of entries) {
      const [digest, more] = entry.type === 'file' ? entry.chunks : [];
      if (entry.type !== 'file' || digest === undefined || more !== undefined) continue;
      if (!missing.has(digest) || this.#written.has(entry.path)) continue;
      const first = this.#expected.get(digest);
      if (first === undefined) this.#expected.set(digest, entry);
      else if (first.path !== entry.path) this.#addTwin(digest, entry);
    }
  }

  #addTwin(digest: string, entry: FileEntry): void {
    const twins = this.#twins.get(digest);
    if (twins === undefined) this.#twins.set(digest, [entry]);
    else twins.push(entry);
  }

  /** What content that has arrived makes of it; null for nothing. `written` is to be told how that ends. */
  take(chunks: readonly PackedChunk[]): { job: PieceJob; written: (error?: unknown) => void } | null {
    if (!this.isOpen) return null;
    const pieces: Piece[] = [];
    for (const { digest, offset, size } of chunks) {
      const first = this.#expected.get(digest);
      if (first === undefined) continue;
      for (const file of [first, ...(this.#twins.get(digest) ?? [])]) {
        if (file.size !== size || this.#written.has(file.path)) continue;
        const { path, executable } = file;
        pieces.push({ digest, offset, size, path, executable, index: 0, whole: true });
        this.#written.set(path, file);
      }
      this.#expected.delete(digest);
      this.#twins.delete(digest);
    }
    if (pieces.length === 0) return null;
    const job = pieceJob(pieces, { targetDir: this.dir, packDir: '', packId: '' });
    return { job, written: this.#begin() };
  }

  /** The files among some entries that have all of their content there and are not in it. */
  absent(entries: readonly BundleEntry[], missing: ReadonlySet<string>): FileEntry[] {
    return entries.filter(
      (entry): entry is FileEntry =>
        entry.type === 'file' &&
        entry.size > 0 &&
        !this.#written.has(entry.path) &&
        !entry.chunks.some((digest) => missing.has(digest)),
    );
  }

  /** Says that files are being written into it; what is answered is to be told how that ends, once for each part. */
  fill(files: readonly FileEntry[], parts: number): ((error?: unknown) => void)[] {
    for (const file of files) this.#written.set(file.path, file);
    return Array.from({ length: parts }, () => this.#begin());
  }

  #begin(): (error?: unknown) => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#writing.add(promise);
    return (error?: unknown) => {
      if (error !== undefined) this.breakOff();
      this.#writing.delete(promise);
      resolve();
    };
  }

  /** The entries of a manifest that are not in it yet; null when it has anything else in it, or not all it should. */
  async rest(manifest: BundleManifest): Promise<BundleEntry[] | null> {
    this.#isClosed = true;
    while (this.#writing.size > 0) await Promise.all(this.#writing);
    if (this.#isBroken) return null;
    const rest: BundleEntry[] = [];
    let found = 0;
    for (const entry of manifest.entries) {
      const there = entry.type === 'file' ? this.#written.get(entry.path) : undefined;
      if (there === undefined) rest.push(entry);
      else if (isSame(there, entry as FileEntry)) found += 1;
      else return null;
    }
    return found === this.#written.size ? rest : null;
  }

  async remove(): Promise<void> {
    this.breakOff();
    this.#stop.abort(new Error('The draft of a tree is of no use any more'));
    while (this.#writing.size > 0) await Promise.all(this.#writing);
    await rm(this.dir, { recursive: true, force: true });
  }
}

function isSame(one: FileEntry, other: FileEntry): boolean {
  return (
    one.executable === other.executable &&
    one.chunks.length === other.chunks.length &&
    one.chunks.every((digest, index) => digest === other.chunks[index])
  );
}
