/** Smaller buffers are not worth it, and may lie in memory that Node shares out among many. */
const OWN_BYTES = 32 * 1024;

/**
 * Gives the memory of a large buffer back at once, of which nobody has a view any more. Left to the garbage
 * collector it costs as much as a search: much memory comes and goes, and each new page of it is cleared.
 */
export function freeMemory({ buffer, byteOffset }: Buffer): void {
  const isOwn =
    byteOffset === 0 &&
    buffer.byteLength > Math.max(OWN_BYTES, Buffer.poolSize) &&
    buffer instanceof ArrayBuffer;
  if (isOwn) buffer.transfer(0);
}
