import { type Entry, getFileNameLowLevel, openPromise, type ZipFile } from 'yauzl';
import { unsafeArchive } from './archive-error.ts';
import type { TreeWriter } from './tree-writer.ts';

const KIND = 0o170000;
const FOLDER = 0o040000;
const SYMLINK = 0o120000;
const PLAIN = 0o100000;
const MAX_TARGET_BYTES = 4096;

/** Mode of an entry that a Unix program packed; 0 where none is told. */
const modeOf = (entry: Entry): number => entry.externalFileAttributes >>> 16;

/** Writes the entries of a zip. Throws what the writer throws, and an Error for a broken zip. */
export async function unpackZip(
  file: string,
  writer: TreeWriter,
  onRead: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const zip = await openPromise(file, {
    autoClose: false,
    lazyEntries: true,
    decodeStrings: false,
    validateEntrySizes: true,
  });
  try {
    for await (const entry of zip.eachEntry()) {
      signal.throwIfAborted();
      onRead(entry.compressedSize);
      await takeEntry(zip, entry, writer, signal);
    }
  } finally {
    zip.close();
  }
}

async function takeEntry(zip: ZipFile, entry: Entry, writer: TreeWriter, signal: AbortSignal): Promise<void> {
  const path = getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, true);
  if (entry.isEncrypted()) throw unsafeArchive(path, 'is encrypted');
  const mode = modeOf(entry);
  const kind = mode & KIND;
  if (path.endsWith('/') || kind === FOLDER) return writer.folder(path);
  if (kind !== 0 && kind !== PLAIN && kind !== SYMLINK)
    throw unsafeArchive(path, 'is a device or a pipe, which has no place in a source');
  const content = await zip.openReadStreamPromise(entry);
  signal.throwIfAborted();
  if (kind === SYMLINK) {
    if (entry.uncompressedSize > MAX_TARGET_BYTES)
      throw unsafeArchive(path, 'is a symlink with an endless target');
    return writer.symlink(path, Buffer.concat(await content.toArray()).toString());
  }
  const file = writer.file(path, (mode & 0o100) !== 0);
  try {
    for await (const chunk of content as AsyncIterable<Buffer>) {
      file.write(chunk);
      signal.throwIfAborted();
    }
  } finally {
    file.end();
  }
}
