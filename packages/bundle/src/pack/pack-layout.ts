import { CHUNK_BYTES } from '@rig-ops/contract/bundle-limits';
import { RigError } from '@rig-ops/contract/errors';

/**
 * A pack: `rigpack2`, the number of chunks (u32), the size of each (u32), then one zstd frame of the
 * chunks one behind another. Integers are little-endian. Digests are not told: whoever receives a pack
 * computes them from the content, so that there is nothing to be believed.
 */
const MAGIC = Buffer.from('rigpack2', 'latin1');
const HEAD_BYTES = MAGIC.length + 4;
const ROW_BYTES = 4;

/** Content a pack may unpack to, in bytes; twice what this version packs. Bounds what a bomb can cost. */
const MAX_CONTENT_BYTES = 2 * CHUNK_BYTES;
/** Eight times what this version packs; bounds the work that a pack of single bytes can make. */
const MAX_CHUNKS = 64 * 1024;

/** A chunk within the content of a pack. */
export interface PackedChunk {
  digest: string;
  /** In the unpacked content, in bytes. */
  offset: number;
  /** In bytes. */
  size: number;
}

/** What the head of a pack says. */
export interface PackHead {
  /** Sizes of the chunks in order, in bytes. */
  sizes: number[];
  /** Their sum. */
  contentBytes: number;
  /** The rest of the pack. */
  frame: Uint8Array;
}

export function encodePack(sizes: readonly number[], frame: Uint8Array): Buffer {
  const pack = Buffer.allocUnsafe(HEAD_BYTES + sizes.length * ROW_BYTES + frame.length);
  MAGIC.copy(pack);
  pack.writeUInt32LE(sizes.length, MAGIC.length);
  for (const [index, size] of sizes.entries()) pack.writeUInt32LE(size, HEAD_BYTES + index * ROW_BYTES);
  pack.set(frame, HEAD_BYTES + sizes.length * ROW_BYTES);
  return pack;
}

/** Reads the head of a pack. Throws `invalid_bundle` when it is none or promises more than a pack may hold. */
export function decodePackHead(bytes: Uint8Array): PackHead {
  const pack = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (pack.length < HEAD_BYTES || !pack.subarray(0, MAGIC.length).equals(MAGIC)) throw broken('is no pack');
  const count = pack.readUInt32LE(MAGIC.length);
  const end = HEAD_BYTES + count * ROW_BYTES;
  if (count === 0 || end > pack.length) throw broken('has a cut head');
  if (count > MAX_CHUNKS) throw broken(`has more than ${MAX_CHUNKS} chunks`);
  const sizes: number[] = [];
  let contentBytes = 0;
  for (let at = HEAD_BYTES; at < end; at += ROW_BYTES) {
    const size = pack.readUInt32LE(at);
    if (size === 0 || size > CHUNK_BYTES) throw broken(`has a chunk of ${size} bytes`);
    contentBytes += size;
    if (contentBytes > MAX_CONTENT_BYTES) throw broken(`unpacks to more than ${MAX_CONTENT_BYTES} bytes`);
    sizes.push(size);
  }
  return { sizes, contentBytes, frame: pack.subarray(end) };
}

function broken(flaw: string): RigError {
  return new RigError('invalid_bundle', `The pack ${flaw}.`);
}
