/** Buffers below this may lie in a pool that others use too (`Buffer.poolSize` is 64 KiB at most since Node 24). */
const POOLED_BYTES = 128 * 1024;

/**
 * Gives the memory of bytes back at once, which nobody may use any more. Left to the garbage collector, the
 * large buffers of an upload add up to hundreds of megabytes before it takes notice.
 */
export function giveBack(bytes: Uint8Array): void {
  const { buffer, byteOffset } = bytes;
  if (byteOffset !== 0 || buffer.byteLength < POOLED_BYTES || !(buffer instanceof ArrayBuffer)) return;
  if (!buffer.detached) buffer.transfer(0);
}
