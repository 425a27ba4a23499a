import { createReadStream, createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { RigError } from '@rig-ops/contract/errors';
import { type ArchiveFormat, foreignFormatOf, formatOf, HEAD_BYTES } from './archive-format.ts';
import { invalidArchive } from './archive-error.ts';
import { asArchiveError, TreeWriter } from './tree-writer.ts';
import { unpackTar } from './unpack-tar.ts';
import { unpackZip } from './unpack-zip.ts';

export interface UnpackOptions {
  /** Path of the archive, or a stream of it. */
  from: string | Readable;
  /** How it is called in messages. */
  shown: string;
  /** An empty folder of this process, for what is unpacked and what has to be kept meanwhile. */
  folder: string;
  signal: AbortSignal;
  /** Bytes of the archive that were read so far. */
  onProgress: (bytes: number) => void;
}

/**
 * Unpacks an archive; answers the folder it is in now, and its entries: path → kind.
 * @throws RigError `archive_invalid`, `archive_unsafe`; the reason of the signal
 */
export async function unpackArchive(
  options: UnpackOptions,
): Promise<{ tree: string; entries: ReadonlyMap<string, string> }> {
  const { folder, onProgress, shown, signal } = options;
  const tree = join(folder, 'tree');
  mkdirSync(tree);
  let read = 0;
  const writer = new TreeWriter(tree, () => read);
  const onRead = (bytes: number) => {
    read += bytes;
    onProgress(read);
  };
  try {
    const { format, rest } = await begin(options);
    if (format === 'zip') {
      const file = typeof options.from === 'string' ? options.from : await keep(rest, folder, signal);
      await unpackZip(file, writer, onRead, signal);
    } else {
      const untar = (tar: AsyncIterable<Uint8Array>) => unpackTar(tar, writer);
      const bytes = counted(rest, onRead);
      if (format === 'tar') await pipeline(bytes, untar, { signal });
      else
        await pipeline(bytes, format === 'gzip' ? createGunzip() : createZstdDecompress(), untar, { signal });
    }
    signal.throwIfAborted();
    if (![...writer.entries.values()].includes('file')) throw invalidArchive(shown, 'holds no file.');
    writer.finish();
    return { tree, entries: writer.entries };
  } catch (error) {
    signal.throwIfAborted();
    throw asArchiveError(error, shown);
  }
}

/** Reads as much as tells what it is; `rest` gives the whole archive, the beginning included. */
async function begin({
  from,
  shown,
  signal,
}: UnpackOptions): Promise<{ format: ArchiveFormat; rest: AsyncIterable<Uint8Array> }> {
  const stream: Readable = typeof from === 'string' ? createReadStream(from) : from;
  signal.addEventListener('abort', () => stream.destroy(signal.reason as Error), { once: true });
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  let head = Buffer.alloc(0);
  while (head.length < HEAD_BYTES) {
    const { done, value } = await chunks.next();
    if (done === true) break;
    head = Buffer.concat([head, value]);
  }
  const format = formatOf(head);
  if (format === null) throw notAnArchive(head, shown);
  async function* rest() {
    yield head;
    for (;;) {
      const { done, value } = await chunks.next();
      if (done === true) return;
      yield value;
    }
  }
  return { format, rest: rest() };
}

function notAnArchive(head: Uint8Array, shown: string): RigError {
  if (head.length === 0) return invalidArchive(shown, 'is empty.');
  const foreign = foreignFormatOf(head);
  if (foreign === null) return invalidArchive(shown, 'is neither a tar, a tar.gz nor a zip.');
  const { name, program } = foreign;
  return new RigError('archive_invalid', `${shown} is ${name}; rig reads tar, tar.gz, tar.zst and zip.`, {
    hint:
      program === ''
        ? 'Pack it anew as tar.gz or zip.'
        : `Unpack it on the way: \`${program} FILE | rig deploy --from -\`.`,
  });
}

async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  onRead: (bytes: number) => void,
): AsyncIterable<Uint8Array> {
  for await (const chunk of chunks) {
    onRead(chunk.length);
    yield chunk;
  }
}

/** A zip has its table of contents at the end: one that comes as a stream is written out first. */
async function keep(chunks: AsyncIterable<Uint8Array>, folder: string, signal: AbortSignal): Promise<string> {
  const file = join(folder, 'archive.zip');
  await pipeline(chunks, createWriteStream(file, { mode: 0o600 }), { signal });
  return file;
}
