import { readFileSync } from 'node:fs';

/** Paths in git's index, as byte strings relative to the work tree. */
export interface TrackedPaths {
  /** Files, symlinks and submodules. */
  files: ReadonlySet<string>;
  /** Every folder above them. */
  folders: ReadonlySet<string>;
}

const nothing: TrackedPaths = { files: new Set(), folders: new Set() };
/** Times, ids, mode and size before the name of the object. */
const STAT_BYTES = 40;

/**
 * Reads which paths are in an index of versions 2 to 4 (gitformat-index(5)). An absent index has none,
 * and none is what is answered for one that is no whole index: then the ignore files alone decide.
 */
export function readIndex(path: string, digestBytes: 20 | 32): TrackedPaths {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch {
    return nothing;
  }
  if (bytes.length < 12 || bytes.toString('latin1', 0, 4) !== 'DIRC') return nothing;
  const version = bytes.readUInt32BE(4);
  if (version < 2 || version > 4) return nothing;
  const names = readNames(bytes, { version, count: bytes.readUInt32BE(8), digestBytes });
  return names === null ? nothing : { files: names, folders: foldersOf(names) };
}

function readNames(
  bytes: Buffer,
  { version, count, digestBytes }: { version: number; count: number; digestBytes: number },
): Set<string> | null {
  const names = new Set<string>();
  let at = 12;
  let previous = '';
  for (let entry = 0; entry < count; entry += 1) {
    const flagsAt = at + STAT_BYTES + digestBytes;
    if (flagsAt + 4 > bytes.length) return null;
    const isExtended = (bytes.readUInt16BE(flagsAt) & 0x4000) !== 0;
    let nameAt = flagsAt + (isExtended ? 4 : 2);
    let kept = '';
    if (version === 4) {
      const strip = readOffset(bytes, nameAt);
      nameAt = strip.end;
      kept = previous.slice(0, previous.length - strip.value);
    }
    const end = bytes.indexOf(0, nameAt);
    if (end < 0) return null;
    previous = kept + bytes.toString('latin1', nameAt, end);
    names.add(previous);
    // Before version 4 an entry is padded with 1 to 8 zeros to a multiple of eight bytes.
    at = version === 4 ? end + 1 : at + ((end - at + 8) & ~7);
  }
  return names;
}

/** An integer of seven bits a byte, each continuation adding one, as in packs. */
function readOffset(bytes: Buffer, start: number): { value: number; end: number } {
  let at = start;
  let byte = bytes[at] ?? 0;
  let value = byte & 0x7f;
  while ((byte & 0x80) !== 0) {
    at += 1;
    byte = bytes[at] ?? 0;
    value = (value + 1) * 128 + (byte & 0x7f);
  }
  return { value, end: at + 1 };
}

function foldersOf(names: ReadonlySet<string>): Set<string> {
  const folders = new Set<string>();
  for (const name of names) {
    for (let slash = name.lastIndexOf('/'); slash > 0; slash = name.lastIndexOf('/', slash - 1)) {
      const folder = name.slice(0, slash);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  }
  return folders;
}
