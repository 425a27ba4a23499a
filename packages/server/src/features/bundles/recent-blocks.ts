import type { ManifestBlock } from '@rig-ops/bundle';

/** Entries that are kept at most. */
const MOST_ENTRIES = 20_000;
/** Whoever tries something out deploys again sooner. */
const KEPT_MS = 5 * 60_000;

/**
 * Blocks of uploads under way and of the last ones: a manifest that came in parts need not be read and parsed when
 * it is whole, and of the next one only what is new.
 */
export class RecentBlocks {
  readonly #blocks = new Map<string, ManifestBlock>();
  #entries = 0;
  #timer: NodeJS.Timeout | undefined;

  keep(appId: string, blocks: Iterable<ManifestBlock>): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.clear(), KEPT_MS).unref();
    for (const block of blocks) {
      const key = `${appId}/${block.digest}`;
      // Behind all others: the first are those that were of no use for longest.
      if (this.#blocks.delete(key)) this.#entries -= block.entries.length;
      this.#blocks.set(key, block);
      this.#entries += block.entries.length;
    }
    for (const [key, { entries }] of this.#blocks) {
      if (this.#entries <= MOST_ENTRIES) return;
      this.#blocks.delete(key);
      this.#entries -= entries.length;
    }
  }

  get(appId: string, digest: string): ManifestBlock | undefined {
    return this.#blocks.get(`${appId}/${digest}`);
  }

  clear(): void {
    this.#blocks.clear();
    this.#entries = 0;
  }
}
