import { hash } from 'node:crypto';
import type { FileEntry } from '@rig-ops/contract/bundle-manifest';
import { CHUNK_BYTES } from '@rig-ops/contract/bundle-limits';
import type { StatCache } from '../cache/stat-cache.ts';
import { giveBack } from '../give-back.ts';
import type { ScannedFile } from '../scan/scan.ts';
import { readSourceFile } from './read-source-file.ts';

/** Makes the entries of scanned files, of what a cache knows or of what it reads, which the cache learns. */
export class FileReader {
  readonly #root: string;
  readonly #cache: StatCache | undefined;
  readonly #scratch = Buffer.allocUnsafeSlow(CHUNK_BYTES);

  constructor(root: string, cache: StatCache | undefined) {
    this.#root = root;
    this.#cache = cache;
  }

  /** What the cache knows of a file; null when it has to be read. */
  recall({ path, onDisk = path, size, executable, stamp }: ScannedFile): FileEntry | null {
    const chunks = this.#cache?.find(onDisk, size, stamp) ?? null;
    return chunks === null ? null : { type: 'file', path, executable, size, chunks };
  }

  /**
   * Reads a file. If there is room for it in `into`, that is where its content is then.
   * @throws RigError `source_changed`, `source_unreadable`
   */
  read(found: ScannedFile, into: Buffer = this.#scratch): FileEntry {
    if (found.size > into.length && into !== this.#scratch) return this.read(found);
    const { path, onDisk = path, secret } = found;
    const cache = this.#cache;
    const chunks: string[] = [];
    let readAt = 0;
    const { size, executable, stamp } = readSourceFile(`${this.#root}/${onDisk}`, onDisk, {
      buffer: into,
      found,
      begin: () => {
        chunks.length = 0;
        readAt = cache?.now() ?? 0;
      },
      take: (piece) => chunks.push(hash('sha256', piece, 'hex')),
    });
    // It has grown beyond what was there for it, and was not read in chunks.
    if (size > into.length && into !== this.#scratch) return this.read(found);
    // That a cache knows a file says as well that it is no secret.
    if (secret !== true) cache?.add(onDisk, { size, stamp, chunks }, readAt);
    return { type: 'file', path, executable, size, chunks };
  }

  /** Gives its memory back. */
  close(): void {
    giveBack(this.#scratch);
  }
}
