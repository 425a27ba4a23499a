import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { constants, zstdDecompress } from 'node:zlib';
import type { FileEntry } from '@rig-ops/contract/bundle-manifest';
import { RigError } from '@rig-ops/contract/errors';
import { chunkSize } from '../manifest/chunk-size.ts';
import { decodePackHead } from '../pack/pack-layout.ts';
import type { ChunkPlace } from './pack-index.ts';

const decompress = promisify(zstdDecompress);
const WINDOW_LOG = 24;

export interface FilePart {
  entry: FileEntry;
  bytes: Uint8Array;
}

/**
 * The content of files, each in its order and one after the other; which file comes when follows from where their
 * content lies, so that no more than one pack has to be in memory. Every chunk is verified. An empty file is one
 * part without bytes.
 * @throws RigError `bundle_incomplete`; `pack_damaged` with `pack` in its details
 */
export async function* readFiles(
  entries: readonly FileEntry[],
  places: ReadonlyMap<string, ChunkPlace>,
  packDir: string,
): AsyncGenerator<FilePart> {
  const firstPlace = ({ chunks: [first] }: FileEntry) => places.get(first ?? '');
  const inOrder = entries.toSorted((left, right) => {
    const [a, b] = [firstPlace(left), firstPlace(right)];
    const packs = (a?.packId ?? '').localeCompare(b?.packId ?? '');
    return packs === 0 ? (a?.offset ?? 0) - (b?.offset ?? 0) : packs;
  });
  let open = null as { packId: string; content: Uint8Array } | null;
  for (const entry of inOrder) {
    if (entry.chunks.length === 0) yield { entry, bytes: new Uint8Array() };
    for (const [index, digest] of entry.chunks.entries()) {
      const place = places.get(digest);
      if (place === undefined)
        throw new RigError('bundle_incomplete', `Content of ${entry.path} has not arrived.`);
      if (open?.packId !== place.packId) {
        // Let go of before the next one is read.
        open = null;
        open = { packId: place.packId, content: await readPack(packDir, place.packId) };
      }
      const bytes = open.content.subarray(place.offset, place.offset + place.size);
      if (bytes.length !== chunkSize(entry.size, index) || hash('sha256', bytes, 'hex') !== digest)
        throw damaged(place.packId, `does not hold the chunk ${digest} (of ${entry.path}) any more`);
      yield { entry, bytes };
    }
  }
}

async function readPack(packDir: string, packId: string): Promise<Uint8Array> {
  let packed: Buffer;
  try {
    packed = await readFile(join(packDir, `${packId}.pack`));
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? damaged(packId, 'is gone', error) : error;
  }
  try {
    const { contentBytes, frame } = decodePackHead(packed);
    return await decompress(frame, {
      maxOutputLength: contentBytes,
      params: { [constants.ZSTD_d_windowLogMax]: WINDOW_LOG },
    });
  } catch (error) {
    throw damaged(packId, 'cannot be unpacked any more', error);
  }
}

function damaged(packId: string, how: string, cause?: unknown): RigError {
  const message = `Stored content was lost: the pack ${packId} ${how}.`;
  return new RigError('pack_damaged', message, { details: { pack: packId }, cause });
}
