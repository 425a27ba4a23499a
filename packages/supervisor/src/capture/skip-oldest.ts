import type { FileHandle } from 'node:fs/promises';

/** Unread bytes of one spool file above which the oldest are given up. */
export const MAX_UNREAD_BYTES = 256 * 1024 * 1024;
/** What is kept of them then: less than the bound, so that it does not happen for every line. */
const KEPT_BYTES = 192 * 1024 * 1024;
const CHUNK_BYTES = 1024 * 1024;
const NEWLINE = 0x0a;

/**
 * Chooses where to go on in a file of `size` bytes that is read up to `offset`: behind the first newline
 * in front of the bytes that are kept. Tells how many lines lie between.
 */
export async function skipOldest(
  file: FileHandle,
  offset: number,
  size: number,
  keptBytes = KEPT_BYTES,
): Promise<{ offset: number; lines: number }> {
  const target = size - keptBytes;
  const buffer = Buffer.alloc(CHUNK_BYTES);
  let position = offset;
  let lines = 0;
  while (position < size) {
    const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES, position);
    if (bytesRead === 0) break;
    for (let at = 0; at < bytesRead; ) {
      const newline = buffer.subarray(0, bytesRead).indexOf(NEWLINE, at);
      if (newline === -1) break;
      lines += 1;
      at = newline + 1;
      if (position + at >= target) return { offset: position + at, lines };
    }
    position += bytesRead;
    // No newline for long after the target: the middle of an endless line is as good a place.
    if (position >= target + CHUNK_BYTES) break;
  }
  return { offset: position, lines: lines + 1 };
}
