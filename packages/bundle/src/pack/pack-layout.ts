import { CHUNK_BYTES } from '@rig-ops/contract/bundle-manifest';
import { RigError } from '@rig-ops/contract/errors';

/**
 * A pack: `rigpack1`, the number of chunks (u32), for each its SHA-256 (32 bytes), its size and the
 * size of its frame (u32 each), then the frames, one zstd frame per chunk. Integers are little-endian.
 * Frames have lengths since Node decodes only the first of several that follow one another.
 */
const MAGIC = Buffer.from('rigpack1', 'latin1');
const HEAD_BYTES = MAGIC.length + 4;
const ROW_BYTES = 32 + 4 + 4;

/** Content a pack may unpack to, in bytes; twice what this version packs. Bounds what a bomb can cost. */
const MAX_CONTENT_BYTES = 2 * CHUNK_BYTES;

export interface PackedChunk {
  digest: string;
  /** Of its frame in the pack. */
  offset: number;
  /** Of the chunk. */
  size: number;
  /** Of its frame. */
  storedSize: number;
}

export function encodePack(chunks: readonly { digest: string; size: number; frame: Uint8Array }[]): Buffer {
  const index = Buffer.alloc(HEAD_BYTES + chunks.length * ROW_BYTES);
  MAGIC.copy(index);
  index.writeUInt32LE(chunks.length, MAGIC.length);
  let at = HEAD_BYTES;
  for (const { digest, size, frame } of chunks) {
    index.write(digest, at, 'hex');
    index.writeUInt32LE(size, at + 32);
    index.writeUInt32LE(frame.length, at + 36);
    at += ROW_BYTES;
  }
  return Buffer.concat([index, ...chunks.map(({ frame }) => frame)]);
}

/** Reads the index of a pack. Throws `invalid_bundle` when it does not describe these bytes exactly. */
export function decodePackIndex(bytes: Uint8Array): PackedChunk[] {
  const pack = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (pack.length < HEAD_BYTES || !pack.subarray(0, MAGIC.length).equals(MAGIC)) throw broken('is no pack');
  const count = pack.readUInt32LE(MAGIC.length);
  const indexEnd = HEAD_BYTES + count * ROW_BYTES;
  if (count === 0 || indexEnd > pack.length) throw broken('has a cut index');
  const chunks: PackedChunk[] = [];
  let offset = indexEnd;
  let content = 0;
  for (let at = HEAD_BYTES; at < indexEnd; at += ROW_BYTES) {
    const digest = pack.toString('hex', at, at + 32);
    const size = pack.readUInt32LE(at + 32);
    const storedSize = pack.readUInt32LE(at + 36);
    if (size === 0 || size > CHUNK_BYTES) throw broken(`has a chunk of ${size} bytes`);
    content += size;
    if (content > MAX_CONTENT_BYTES) throw broken(`unpacks to more than ${MAX_CONTENT_BYTES} bytes`);
    chunks.push({ digest, offset, size, storedSize });
    offset += storedSize;
  }
  if (offset !== pack.length) throw broken('has frames of another length than its index says');
  return chunks;
}

function broken(flaw: string): RigError {
  return new RigError('invalid_bundle', `The pack ${flaw}.`);
}
