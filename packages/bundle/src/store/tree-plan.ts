import type { BundleEntry, FileEntry } from '@rig-ops/contract/bundle-manifest';
import { RigError } from '@rig-ops/contract/errors';
import { chunkSize } from '../manifest/chunk-size.ts';
import type { ChunkPlace } from './pack-index.ts';
import type { Piece } from './tree-pieces.ts';

/** What makes up a tree, by where it comes from. */
export interface TreePlan {
  /** By pack, in the order they lie in it. */
  pieces: Map<string, Piece[]>;
  /** What needs no content. */
  ends: TreeEnds;
}

/** What is made when the rest is there: nothing is ever written through a symlink. */
export interface TreeEnds {
  emptyFiles: { path: string; executable: boolean }[];
  emptyFolders: string[];
  symlinks: { path: string; target: string }[];
}

/**
 * Finds out where the content of entries comes from.
 * @throws RigError `bundle_incomplete`; `invalid_bundle` for a file whose size is not that of its content
 */
export function planTree(entries: Iterable<BundleEntry>, places: ReadonlyMap<string, ChunkPlace>): TreePlan {
  const pieces = new Map<string, Piece[]>();
  const ends: TreeEnds = { emptyFiles: [], emptyFolders: [], symlinks: [] };
  const missing = new Set<string>();
  for (const entry of entries) {
    if (entry.type === 'symlink') ends.symlinks.push({ path: entry.path, target: entry.target });
    else if (entry.type === 'directory') ends.emptyFolders.push(entry.path);
    else if (entry.chunks.length === 0)
      ends.emptyFiles.push({ path: entry.path, executable: entry.executable });
    else placeFile(entry, places, pieces, missing);
  }
  if (missing.size > 0) {
    throw new RigError('bundle_incomplete', `${missing.size} chunks of the bundle have not arrived.`, {
      details: { missingCount: missing.size, missing: [...missing].slice(0, 100) },
    });
  }
  for (const ofPack of pieces.values()) ofPack.sort((a, b) => a.offset - b.offset);
  return { pieces, ends };
}

function placeFile(
  { path, executable, size: fileSize, chunks }: FileEntry,
  places: ReadonlyMap<string, ChunkPlace>,
  pieces: Map<string, Piece[]>,
  missing: Set<string>,
): void {
  const whole = chunks.length === 1;
  for (const [index, digest] of chunks.entries()) {
    const place = places.get(digest);
    if (place === undefined) {
      missing.add(digest);
      continue;
    }
    const { packId, offset, size } = place;
    // The limits were checked against the sizes that the manifest tells; what is written must be of these.
    if (size !== chunkSize(fileSize, index)) {
      throw new RigError('invalid_bundle', `${path} does not have the size that the bundle says.`, {
        details: { path },
      });
    }
    const piece = { digest, offset, size, path, executable, index, whole };
    const ofPack = pieces.get(packId);
    if (ofPack === undefined) pieces.set(packId, [piece]);
    else ofPack.push(piece);
  }
}
