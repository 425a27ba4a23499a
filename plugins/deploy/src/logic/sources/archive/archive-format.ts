export type ArchiveFormat = 'tar' | 'gzip' | 'zstd' | 'zip';

/** Bytes of the beginning that are enough to tell. */
export const HEAD_BYTES = 512;

const MAGIC: readonly [format: ArchiveFormat, bytes: readonly number[]][] = [
  ['gzip', [0x1f, 0x8b]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['zip', [0x50, 0x4b, 0x03, 0x04]],
  ['zip', [0x50, 0x4b, 0x05, 0x06]],
];

const FOREIGN: readonly [name: string, bytes: readonly number[], program: string][] = [
  ['an xz file', [0xfd, 0x37, 0x7a, 0x58, 0x5a], 'xz -dc'],
  ['a bzip2 file', [0x42, 0x5a, 0x68], 'bzip2 -dc'],
  ['a 7z file', [0x37, 0x7a, 0xbc, 0xaf], ''],
  ['a RAR file', [0x52, 0x61, 0x72, 0x21], ''],
];

const startsWith = (head: Uint8Array, bytes: readonly number[]): boolean =>
  bytes.every((byte, index) => head[index] === byte);

/** The sum in the header of a tar, which tells it from anything else. */
function isTar(head: Uint8Array): boolean {
  if (head.length < HEAD_BYTES) return false;
  const told = Number.parseInt(
    Buffer.from(head.subarray(148, 156)).toString('latin1').replace(/\0.*/, '').trim(),
    8,
  );
  let sum = 0;
  for (const [index, byte] of head.subarray(0, HEAD_BYTES).entries())
    sum += index >= 148 && index < 156 ? 0x20 : byte;
  return sum === told;
}

/** What an archive is, by its first bytes and never by its name; null for anything else. */
export function formatOf(head: Uint8Array): ArchiveFormat | null {
  const known = MAGIC.find(([, bytes]) => startsWith(head, bytes));
  if (known !== undefined) return known[0];
  return isTar(head) ? 'tar' : null;
}

/** A well-known format that rig does not read, and the program that unpacks it to stdout, if one does. */
export function foreignFormatOf(head: Uint8Array): { name: string; program: string } | null {
  const found = FOREIGN.find(([, bytes]) => startsWith(head, bytes));
  return found === undefined ? null : { name: found[0], program: found[2] };
}
