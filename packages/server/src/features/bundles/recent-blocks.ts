import type { ManifestBlock } from '@rig-ops/bundle';

/** Entries that are kept at most. */
const MOST_ENTRIES = 50_000;
/** An upload that is going on asks for them sooner. */
const KEPT_MS = 60_000;

/** Blocks of uploads under way: a manifest that came in parts need not be read and parsed when it is whole. */
export class RecentBlocks {
  readonly #blocks = new Map<string, ManifestBlock>();
  #entries = 0;
  #timer: NodeJS.Timeout | undefined;

  keep(appId: string, blocks: Iterable<ManifestBlock>): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.clear(), KEPT_MS).unref();
    for (const block of blocks) {
      const key = `${appId}/${block.digest}`;
      if (this.#blocks.has(key)) continue;
      if (this.#entries + block.entries.length > MOST_ENTRIES) this.clear();
      this.#blocks.set(key, block);
      this.#entries += block.entries.length;
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
