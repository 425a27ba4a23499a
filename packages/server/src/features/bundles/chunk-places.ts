import type { PackedChunk } from '@rig-ops/bundle';
import type { ChunkPlace } from '@rig-ops/bundle/store';

/** Pack, offset and size. */
const COLUMNS = 3;

/** Where chunks lie, in columns: an object for each would be most of what an upload leaves for the collector. */
export class ChunkPlaces {
  readonly #packIds: string[] = [];
  readonly #rows = new Map<string, number>();
  #numbers = new Uint32Array(COLUMNS * 1024);

  /** A chunk that came in two packs is found in the first. */
  add(packId: string, chunks: Iterable<PackedChunk>): void {
    const pack = this.#packIds.push(packId) - 1;
    for (const { digest, offset, size } of chunks) {
      if (this.#rows.has(digest)) continue;
      const row = this.#rows.size;
      this.#rows.set(digest, row);
      if ((row + 1) * COLUMNS > this.#numbers.length) this.#grow();
      this.#numbers.set([pack, offset, size], row * COLUMNS);
    }
  }

  has(digest: string): boolean {
    return this.#rows.has(digest);
  }

  get(digest: string): ChunkPlace | undefined {
    const row = this.#rows.get(digest);
    if (row === undefined) return undefined;
    const [pack = 0, offset = 0, size = 0] = this.#numbers.subarray(row * COLUMNS, (row + 1) * COLUMNS);
    return { packId: this.#packIds[pack] as string, offset, size };
  }

  #grow(): void {
    const larger = new Uint32Array(this.#numbers.length * 2);
    larger.set(this.#numbers);
    this.#numbers = larger;
  }
}
