import { closeSync, openSync, readSync } from 'node:fs';
import { RigError } from '@rig-ops/contract/errors';
import type { ChunkPlace } from './pack-index.ts';

/** How many packs stay open; a tree reads them mostly in the order they were made in. */
const OPEN_PACKS = 16;

/** Reads frames out of pack files. */
export class PackReader {
  readonly #fileOf: (packId: string) => string;
  readonly #open = new Map<string, number>();

  constructor(fileOf: (packId: string) => string) {
    this.#fileOf = fileOf;
  }

  /** The frame of a chunk. Throws `bundle_incomplete` when the pack is gone or too short. */
  read({ packId, offset, storedSize }: ChunkPlace): Buffer {
    const descriptor = this.#descriptor(packId);
    const frame = Buffer.allocUnsafe(storedSize);
    for (let length = 0; length < storedSize; ) {
      const read = readSync(descriptor, frame, length, storedSize - length, offset + length);
      if (read === 0) throw lost(packId);
      length += read;
    }
    return frame;
  }

  close(): void {
    for (const descriptor of this.#open.values()) closeSync(descriptor);
    this.#open.clear();
  }

  #descriptor(packId: string): number {
    const known = this.#open.get(packId);
    if (known !== undefined) return known;
    if (this.#open.size >= OPEN_PACKS) this.close();
    try {
      const descriptor = openSync(this.#fileOf(packId), 'r');
      this.#open.set(packId, descriptor);
      return descriptor;
    } catch (error) {
      throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? lost(packId, error) : error;
    }
  }
}

function lost(packId: string, cause?: unknown): RigError {
  return new RigError('bundle_incomplete', `The platform has lost content of the bundle (pack ${packId}).`, {
    hint: 'Ask whoever runs the platform to restore it from a backup.',
    cause,
  });
}
