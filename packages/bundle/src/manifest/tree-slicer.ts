import type { BundleManifest } from '@rig-ops/contract/bundle-manifest';
import type { StatCache } from '../cache/stat-cache.ts';
import { enoughBytes } from '../pack/plan-packs.ts';
import type { Scan } from '../scan/scan.ts';
import { Turn } from '../turn.ts';
import { FileReader } from './file-reader.ts';
import type { HashOptions } from './hash-tree.ts';
import { BlockCutter, type ManifestBlock } from './manifest-blocks.ts';

/** A chunk that was read and lies in the buffer of its slice. */
export interface HeldChunk {
  digest: string;
  /** In the buffer, in bytes. */
  offset: number;
  size: number;
}

/** A part of a manifest, with content of it that had to be read and need not be read again to be sent. */
export interface Slice {
  blocks: ManifestBlock[];
  held: HeldChunk[];
  /** Whether it is the end of the manifest. */
  last: boolean;
}

/**
 * Makes the manifest of what a scan found as `hashTree` does, in slices: each ends where there is content enough
 * for a pack, so that it can go up while the rest is still to be read.
 */
export class TreeSlicer {
  readonly #entries: BundleManifest['entries'] = [];
  readonly #reader: FileReader;
  readonly #cutter = new BlockCutter();
  readonly #scan: Scan;
  readonly #cache: StatCache | undefined;
  readonly #onProgress: HashOptions['onProgress'];
  #at = 0;
  #slices = 0;
  #readBytes = 0;

  constructor(scan: Scan, { cache, onProgress }: Pick<HashOptions, 'cache' | 'onProgress'> = {}) {
    this.#scan = scan;
    this.#cache = cache;
    this.#onProgress = onProgress;
    this.#reader = new FileReader(scan.root, cache);
  }

  /** The whole of it, once the last slice was made. */
  get manifest(): BundleManifest {
    return { version: 1, entries: this.#entries };
  }

  /**
   * Reads on. Content that does not fit into the buffer, of a chunk's size at most, is not held.
   * @throws RigError `source_changed`, `source_unreadable`; the reason of the signal
   */
  async next(buffer: Buffer, signal?: AbortSignal): Promise<Slice> {
    const { entries } = this.#scan;
    const slice: Slice = { blocks: [], held: [], last: false };
    const enough = enoughBytes(this.#slices);
    const turn = new Turn();
    let used = 0;
    while (this.#at < entries.length) {
      const found = entries[this.#at] as Scan['entries'][number];
      this.#at += 1;
      const known = found.type === 'file' ? this.#reader.recall(found) : found;
      const entry =
        known ?? this.#reader.read(found as typeof found & { type: 'file' }, buffer.subarray(used));
      this.#entries.push(entry);
      if (known === null && entry.type === 'file') {
        this.#readBytes += entry.size;
        this.#onProgress?.(this.#readBytes);
        const [digest] = entry.chunks;
        if (digest !== undefined && entry.size <= buffer.length - used) {
          slice.held.push({ digest, offset: used, size: entry.size });
          used += entry.size;
        }
      }
      const block = this.#cutter.add(entry);
      if (block !== null) slice.blocks.push(block);
      if (block !== null && used >= enough) break;
      signal?.throwIfAborted();
      if (turn.isOver) await turn.pass(signal);
    }
    this.#slices += 1;
    if (this.#at < entries.length) return slice;
    const block = this.#cutter.end();
    if (block !== null) slice.blocks.push(block);
    this.#reader.close();
    this.#cache?.save();
    return { ...slice, last: true };
  }
}
