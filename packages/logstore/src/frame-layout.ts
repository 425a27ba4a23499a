import { crc32 } from 'node:zlib';
import { MAX_BLOCK_BYTES } from './block-layout.ts';
import type { Span } from './decode-block.ts';
import { MAGIC_BYTES, SEGMENT_HEADER_BYTES } from './segment-file.ts';

/**
 * A sealed segment: the segment's header, frames, their index.
 *
 * A frame is a header and whole blocks as one zstd frame, little-endian:
 *
 *     0  marker (8)         the bytes of the segment's magic, each turned over
 *     8  crc32 (u32)        of the header behind it
 *    12  packed bytes (u32)   16  their crc32 (u32)   20  bytes of the blocks (u32)
 *    24  epoch (u32)   28  first seq (u48)   34  count (u48)   40  earliest (u48)   46  latest (u48)
 *    52  offset in the file (u48)            58  zero
 *
 * The index repeats the headers, and ends with their number (u32), the crc32 (u32) of all of them and the
 * marker: one read finds what is in a range of time or numbers. Where it is damaged the frames are walked.
 */
export const FRAME_HEADER_BYTES = 64;
export const INDEX_TAIL_BYTES = 8 + MAGIC_BYTES;

/** Blocks are put together to frames of about this size; one that is larger makes a larger frame. */
const FRAME_BYTES = 1024 * 1024;

export interface Frame extends Span {
  /** Of its header. */
  offset: number;
  packedBytes: number;
  packedCrc: number;
  bytes: number;
}

export function markerOf(magic: Buffer): Buffer {
  return Buffer.from(magic.map((byte) => byte ^ 0xff));
}

export function encodeFrameHeader(marker: Buffer, frame: Frame): Buffer {
  const header = Buffer.alloc(FRAME_HEADER_BYTES);
  marker.copy(header);
  header.writeUInt32LE(frame.packedBytes, 12);
  header.writeUInt32LE(frame.packedCrc, 16);
  header.writeUInt32LE(frame.bytes, 20);
  header.writeUInt32LE(frame.epoch, 24);
  header.writeUIntLE(frame.firstSeq, 28, 6);
  header.writeUIntLE(frame.count, 34, 6);
  header.writeUIntLE(frame.earliest, 40, 6);
  header.writeUIntLE(frame.latest, 46, 6);
  header.writeUIntLE(frame.offset, 52, 6);
  header.writeUInt32LE(crc32(header.subarray(12)), 8);
  return header;
}

/** Null where these bytes are no good header. */
function decodeFrameHeader(marker: Buffer, bytes: Buffer, at: number): Frame | null {
  if (at + FRAME_HEADER_BYTES > bytes.length) return null;
  const header = bytes.subarray(at, at + FRAME_HEADER_BYTES);
  if (header.compare(marker, 0, MAGIC_BYTES, 0, MAGIC_BYTES) !== 0) return null;
  if (crc32(header.subarray(12)) !== header.readUInt32LE(8)) return null;
  const frame = {
    packedBytes: header.readUInt32LE(12),
    packedCrc: header.readUInt32LE(16),
    bytes: header.readUInt32LE(20),
    epoch: header.readUInt32LE(24),
    firstSeq: header.readUIntLE(28, 6),
    count: header.readUIntLE(34, 6),
    earliest: header.readUIntLE(40, 6),
    latest: header.readUIntLE(46, 6),
    offset: header.readUIntLE(52, 6),
  };
  return frame.bytes > FRAME_BYTES + MAX_BLOCK_BYTES ? null : frame;
}

export function encodeIndex(marker: Buffer, frames: readonly Frame[]): Buffer {
  const headers = Buffer.concat(frames.map((frame) => encodeFrameHeader(marker, frame)));
  const tail = Buffer.alloc(INDEX_TAIL_BYTES);
  tail.writeUInt32LE(frames.length, 0);
  tail.writeUInt32LE(crc32(headers), 4);
  marker.copy(tail, 8);
  return Buffer.concat([headers, tail]);
}

/** How many bytes the index takes at the end of a file; null where its tail is not whole. */
export function indexBytesOf(marker: Buffer, tail: Buffer): number | null {
  if (tail.length < INDEX_TAIL_BYTES || !tail.subarray(-MAGIC_BYTES).equals(marker)) return null;
  return tail.readUInt32LE(tail.length - INDEX_TAIL_BYTES) * FRAME_HEADER_BYTES + INDEX_TAIL_BYTES;
}

/** Null where the index is damaged. */
export function decodeIndex(marker: Buffer, index: Buffer): Frame[] | null {
  const headers = index.subarray(0, -INDEX_TAIL_BYTES);
  if (crc32(headers) !== index.readUInt32LE(index.length - INDEX_TAIL_BYTES + 4)) return null;
  const frames: Frame[] = [];
  for (let at = 0; at < headers.length; at += FRAME_HEADER_BYTES) {
    const frame = decodeFrameHeader(marker, headers, at);
    if (frame === null) return null;
    frames.push(frame);
  }
  return frames;
}

/** Finds every frame of a whole file by its header, passing over what is damaged. */
export function walkFrames(marker: Buffer, file: Buffer): Frame[] {
  const frames: Frame[] = [];
  for (let at = file.indexOf(marker, SEGMENT_HEADER_BYTES); at !== -1; ) {
    const frame = decodeFrameHeader(marker, file, at);
    // The index repeats the headers: only one at its own place is that of a frame.
    const own = frame !== null && frame.offset === at;
    if (own) frames.push(frame);
    at = file.indexOf(marker, own ? at + FRAME_HEADER_BYTES + frame.packedBytes : at + 1);
  }
  return frames;
}
