import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { BundleEntry, BundleManifest, FileEntry } from '@rig-ops/contract/bundle-manifest';
import type { PackedChunk } from '../pack/pack-layout.ts';
import { type Piece, type PieceJob, pieceJob } from './tree-pieces.ts';

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
  #isBroken = false;

  /** In a new folder. */
  constructor(dir: string) {
    this.dir = dir;
    mkdirSync(dir, { recursive: true, mode: 0o700 });
  }

  /** Takes note of entries of which some content is going to arrive. */
  expect(entries: readonly BundleEntry[], missing: ReadonlySet<string>): void {
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
    if (this.#isBroken) return null;
    const pieces: Piece[] = [];
    const files: FileEntry[] = [];
    for (const { digest, offset, size } of chunks) {
      const first = this.#expected.get(digest);
      if (first === undefined) continue;
      for (const file of [first, ...(this.#twins.get(digest) ?? [])]) {
        if (file.size !== size || this.#written.has(file.path)) continue;
        const { path, executable } = file;
        pieces.push({ digest, offset, size, path, executable, index: 0, whole: true });
        files.push(file);
        this.#written.set(path, file);
      }
      this.#expected.delete(digest);
      this.#twins.delete(digest);
    }
    if (pieces.length === 0) return null;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#writing.add(promise);
    const written = (error?: unknown) => {
      // Whatever it was, as a full disk: it will come up again where somebody can be told.
      if (error !== undefined) this.#isBroken = true;
      this.#writing.delete(promise);
      resolve();
    };
    return { job: pieceJob(pieces, { targetDir: this.dir, packDir: '', packId: '' }), written };
  }

  /** The entries of a manifest that are not in it yet; null when it has anything else in it, or not all it should. */
  async rest(manifest: BundleManifest): Promise<BundleEntry[] | null> {
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
    this.#isBroken = true;
    while (this.#writing.size > 0) await Promise.all(this.#writing);
    await rm(this.dir, { recursive: true, force: true });
  }
}

function isSame(one: FileEntry, other: FileEntry): boolean {
  return (
    one.executable === other.executable && other.chunks.length === 1 && one.chunks[0] === other.chunks[0]
  );
}
