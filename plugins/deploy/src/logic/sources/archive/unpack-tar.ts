import { once } from 'node:events';
import type { ReadEntry } from 'tar';
import { unsafeArchive } from './archive-error.ts';
import type { TreeWriter } from './tree-writer.ts';

const KINDS: Partial<Record<string, string>> = {
  CharacterDevice: 'a device',
  BlockDevice: 'a device',
  FIFO: 'a pipe',
  SparseFile: 'a sparse file',
};

const FILES: ReadonlySet<string> = new Set(['File', 'OldFile', 'ContiguousFile']);

/** Writes the entries of a tar that arrives in chunks. Throws what the writer throws, and an Error for a broken tar. */
export async function unpackTar(chunks: AsyncIterable<Uint8Array>, writer: TreeWriter): Promise<void> {
  const { Parser } = await import('tar');
  // Strict: what is damaged is an error, not a warning. How far it may grow the writer watches.
  const parser = new Parser({ strict: true, maxDecompressionRatio: Infinity });
  let failure: unknown;
  const fail = (error: unknown) => {
    failure ??= error;
  };
  parser.on('error', fail);
  parser.on('entry', (entry: ReadEntry) => {
    entry.on('error', fail);
    try {
      if (failure === undefined) takeEntry(entry, writer, fail);
    } catch (error) {
      fail(error);
    }
    entry.resume();
  });
  const ended = once(parser, 'end');
  ended.catch(fail);
  for await (const chunk of chunks) {
    parser.write(chunk);
    if (failure !== undefined) throw failure;
  }
  parser.end();
  if (failure === undefined) await ended.catch(() => undefined);
  if (failure !== undefined) throw failure;
}

function takeEntry(entry: ReadEntry, writer: TreeWriter, fail: (error: unknown) => void): void {
  const { path, type } = entry;
  const target = entry.linkpath ?? '';
  if (type === 'Directory' || type === 'GNUDumpDir') return writer.folder(path);
  if (type === 'SymbolicLink') return writer.symlink(path, target);
  if (type === 'Link') return writer.hardLink(path, target);
  if (!FILES.has(type))
    throw unsafeArchive(
      path,
      `is ${KINDS[type] ?? `an entry of the kind ${type}`}, which has no place in a source`,
    );
  const file = writer.file(path, ((entry.mode ?? 0) & 0o100) !== 0);
  entry.on('data', (bytes: Uint8Array) => {
    try {
      file.write(bytes);
    } catch (error) {
      file.end();
      fail(error);
    }
  });
  entry.on('end', () => file.end());
}
