import type { PackedChunk } from '@rig-ops/bundle';

/** SHA-256. */
const DIGEST_BYTES = 32;
/** Of one chunk: its digest, its offset and its size (u32, little-endian). */
const ROW_BYTES = DIGEST_BYTES + 8;

/** What is in a pack as one value: a row for each chunk takes SQLite longer than all else that storing a pack needs. */
export function encodeChunkList(chunks: readonly PackedChunk[]): Buffer {
  const list = Buffer.alloc(chunks.length * ROW_BYTES);
  let at = 0;
  for (const { digest, offset, size } of chunks) {
    list.write(digest, at, 'hex');
    list.writeUInt32LE(offset, at + DIGEST_BYTES);
    list.writeUInt32LE(size, at + DIGEST_BYTES + 4);
    at += ROW_BYTES;
  }
  return list;
}

export function* decodeChunkList(bytes: Uint8Array): Generator<PackedChunk> {
  const list = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < list.length; at += ROW_BYTES) {
    yield {
      digest: list.toString('hex', at, at + DIGEST_BYTES),
      offset: list.readUInt32LE(at + DIGEST_BYTES),
      size: list.readUInt32LE(at + DIGEST_BYTES + 4),
    };
  }
}
