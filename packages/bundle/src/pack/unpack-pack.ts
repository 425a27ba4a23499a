import { hash } from 'node:crypto';
import { constants, zstdDecompressSync } from 'node:zlib';
import { BUNDLE_LIMITS } from '@rig-ops/contract/bundle-limits';
import { RigError } from '@rig-ops/contract/errors';
import { giveBack } from '../give-back.ts';
import { decodePackHead, type PackedChunk } from './pack-layout.ts';

/** Power of two of the window that a frame may ask memory for: the content of the largest pack, 16 MiB. */
const WINDOW_LOG = 24;

/**
 * The content of a pack, never more than its head promises.
 * @throws RigError `invalid_bundle`
 */
export function unpackPack(bytes: Uint8Array): { content: Uint8Array; sizes: number[] } {
  const { sizes, contentBytes, frame } = decodePackHead(bytes);
  let content: Uint8Array;
  try {
    // Room for one byte more than is allowed, so that all of it comes in one piece.
    content = zstdDecompressSync(frame, {
      maxOutputLength: contentBytes,
      chunkSize: contentBytes + 64,
      params: { [constants.ZSTD_d_windowLogMax]: WINDOW_LOG },
    });
  } catch (cause) {
    throw new RigError('invalid_bundle', `The pack cannot be unpacked to its ${contentBytes} bytes.`, {
      cause,
    });
  }
  if (content.length !== contentBytes) {
    throw new RigError(
      'invalid_bundle',
      `The pack unpacks to ${content.length} bytes instead of ${contentBytes}.`,
    );
  }
  return { content, sizes };
}

/**
 * Checks a pack to the last byte and tells what is in it.
 * @throws RigError `invalid_bundle`
 */
export function verifyPack(packId: string, bytes: Uint8Array): PackedChunk[] {
  const { content, chunks } = openPack(packId, bytes);
  giveBack(content);
  return chunks;
}

/** The same, with the content. */
export function openPack(packId: string, bytes: Uint8Array): { content: Uint8Array; chunks: PackedChunk[] } {
  if (bytes.length > BUNDLE_LIMITS.packBytes) {
    throw new RigError('invalid_bundle', `The pack is larger than ${BUNDLE_LIMITS.packBytes} bytes.`);
  }
  if (hash('sha256', bytes, 'hex') !== packId) {
    throw new RigError('invalid_bundle', 'The bytes of the pack do not have the digest it is named by.');
  }
  const { content, sizes } = unpackPack(bytes);
  let offset = 0;
  const chunks = sizes.map((size) => {
    const chunk = { digest: hash('sha256', content.subarray(offset, offset + size), 'hex'), offset, size };
    offset += size;
    return chunk;
  });
  return { content, chunks };
}
