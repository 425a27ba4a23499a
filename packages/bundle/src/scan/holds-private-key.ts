import { closeSync, constants, openSync, readSync } from 'node:fs';

/** A key stands at the beginning, or behind a chain of certificates. */
const LOOK_BYTES = 64 * 1024;

/** Whether a file has a private key in the textual encoding of RFC 7468. One that cannot be read is found out later. */
export function holdsPrivateKey(path: string): boolean {
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return false;
  }
  try {
    const bytes = Buffer.allocUnsafe(LOOK_BYTES);
    const length = readSync(descriptor, bytes, 0, LOOK_BYTES, 0);
    return /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----/.test(bytes.toString('latin1', 0, length));
  } catch {
    return false;
  } finally {
    closeSync(descriptor);
  }
}
