import { closeSync, openSync, readSync } from 'node:fs';

/**
 * A random UUID (RFC 9562, version 4). Its bytes come from the kernel directly where that is possible:
 * loading `node:crypto` takes longer than most of what rig does before a command.
 */
export function randomId(): string {
  const bytes = new Uint8Array(16);
  if (!readKernelRandom(bytes)) return process.getBuiltinModule('node:crypto').randomUUID();
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return Buffer.from(bytes)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function readKernelRandom(bytes: Uint8Array): boolean {
  try {
    const fd = openSync('/dev/urandom', 'r');
    try {
      return readSync(fd, bytes) === bytes.length;
    } finally {
      closeSync(fd);
    }
  } catch {
    return false;
  }
}
