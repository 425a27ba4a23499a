import type { BundleManifest } from '@rig-ops/contract/bundle-manifest';
import { CHUNK_BYTES } from '@rig-ops/contract/bundle-limits';
import { chunkSize } from '../manifest/chunk-size.ts';

/** Where a chunk is found in the source. */
export interface PlannedChunk {
  digest: string;
  /** Path of a file that has it. */
  path: string;
  /** In the file, in bytes. */
  offset: number;
  /** In bytes. */
  size: number;
}

/** What travels together. */
export interface PackPlan {
  chunks: PlannedChunk[];
  /** Sum of the chunks' sizes. */
  contentBytes: number;
}

/** A pack is full enough at this much content … */
const ENOUGH_BYTES = 4 * 1024 * 1024;
/**
 * … but the first ones at less: they are acknowledged soon, so that a small upload too shows how it
 * goes, and the other side has something to do at once.
 */
const FIRST_BYTES = 512 * 1024;
/** How many packs go before their size doubles; as many as are under way at once. */
const PACKS_PER_SIZE = 3;
/** A pack takes no chunk that would bring it beyond this. */
const FULL_BYTES = 8 * 1024 * 1024;
/** Keeps the index of a pack of tiny files small. */
const MOST_CHUNKS = 8192;

/** How much content is enough for the pack of this number, from 0. */
export function enoughBytes(number: number): number {
  return Math.min(ENOUGH_BYTES, FIRST_BYTES * 2 ** Math.floor(number / PACKS_PER_SIZE));
}

/** Distributes the missing chunks over packs, in the order of the manifest, each chunk once. */
export function planPacks(manifest: BundleManifest, missing: Iterable<string>): PackPlan[] {
  const wanted = new Set(missing);
  const plans: PackPlan[] = [];
  let current: PackPlan = { chunks: [], contentBytes: 0 };
  const finish = () => {
    if (current.chunks.length > 0) plans.push(current);
    current = { chunks: [], contentBytes: 0 };
  };
  for (const chunk of chunksOf(manifest, wanted)) {
    if (current.contentBytes + chunk.size > FULL_BYTES) finish();
    current.chunks.push(chunk);
    current.contentBytes += chunk.size;
    if (current.contentBytes >= enoughBytes(plans.length) || current.chunks.length >= MOST_CHUNKS) finish();
  }
  finish();
  return plans;
}

/** Each that is wanted once, after which it is wanted no more. */
function* chunksOf({ entries }: BundleManifest, wanted: Set<string>): Generator<PlannedChunk> {
  for (const entry of entries) {
    if (wanted.size === 0) return;
    if (entry.type !== 'file') continue;
    let index = 0;
    for (const digest of entry.chunks) {
      const offset = index * CHUNK_BYTES;
      const size = chunkSize(entry.size, index);
      if (wanted.delete(digest)) yield { digest, path: entry.path, offset, size };
      index += 1;
    }
  }
}
