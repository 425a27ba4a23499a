import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { RigError } from '@rig-ops/contract/errors';
import { CopyCount, type Copied } from './copied.ts';
import { at } from './file-error.ts';
import { reasonOf, scanTree, type SourceEntry } from './scan-tree.ts';
import { encodeHeader, END_OF_ARCHIVE, type EntryOwner, paddingOf } from './tar-header.ts';

export interface PackOptions {
  /** The source as its user knows it. */
  shown: string;
  recursive: boolean;
  /** In the archive, when it is not that of the path. */
  name?: string | undefined;
  /**
   * Whether the same content is the same archive, whoever has made it and when: entries are of one time, and have the
   * modes of what anybody may read, and run where its owner may.
   */
  reproducible?: boolean;
  /** Whose everything is where it is unpacked; whoever unpacks it when absent. */
  owner?: EntryOwner;
  /** Takes bytes, which may change once it has resolved. */
  write: (bytes: Uint8Array) => Promise<void>;
  /** Told before the first byte. */
  onTotal?: (total: { files: number; bytes: number }) => void;
  signal?: AbortSignal;
}

/** The time of what has none. */
const NO_TIME = new Date(0);

/** Read and written at once. */
const CHUNK_BYTES = 256 * 1024;

/**
 * Writes a source as an archive, in order and with the memory of one chunk. What cannot be read is left out and told,
 * also in the middle of a tree; a file that becomes shorter while it is read fails the whole.
 */
export async function pack(source: string, options: PackOptions): Promise<Copied> {
  const { shown, recursive, name, owner, write, onTotal, signal, reproducible = false } = options;
  if (onTotal !== undefined) onTotal(measure(source, { shown, recursive }));
  const count = new CopyCount();
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  for (const entry of scanTree(source, { shown, recursive, count, name })) {
    signal?.throwIfAborted();
    if (entry.kind === 'File') await packFile(entry, { buffer, count, owner, write, reproducible });
    else {
      const told = toldOf(entry.stats, reproducible);
      await write(encodeHeader(entry.name, entry.kind, told, { linkpath: entry.target, owner }));
      count.files += 1;
    }
  }
  await write(END_OF_ARCHIVE);
  return count.told;
}

/** How much there is to be copied, as far as it can be seen. */
export function measure(
  source: string,
  { shown, recursive }: Pick<PackOptions, 'shown' | 'recursive'>,
): { files: number; bytes: number } {
  const total = { files: 0, bytes: 0 };
  for (const { kind, stats } of scanTree(source, { shown, recursive, count: new CopyCount() })) {
    total.files += 1;
    if (kind === 'File') total.bytes += stats.size;
  }
  return total;
}

interface PackFileOptions {
  buffer: Buffer;
  count: CopyCount;
  owner: EntryOwner | undefined;
  write: (bytes: Uint8Array) => Promise<void>;
  reproducible: boolean;
}

/** What the archive says of an entry. */
function toldOf(stats: Stats, reproducible: boolean): Pick<Stats, 'mode' | 'mtime' | 'size'> {
  if (!reproducible) return stats;
  const runs = stats.isDirectory() || (stats.mode & 0o100) !== 0;
  return { mode: runs ? 0o755 : 0o644, mtime: NO_TIME, size: stats.size };
}

async function packFile(
  entry: SourceEntry,
  { buffer, count, owner, write, reproducible }: PackFileOptions,
): Promise<void> {
  const { name, path } = entry;
  let fd: number;
  let stats: Stats;
  try {
    // What is no file any more: a link is not followed, and a pipe not waited for.
    fd = openSync(
      path,
      constants.O_RDONLY | constants.O_NONBLOCK | (name.includes('/') ? constants.O_NOFOLLOW : 0),
    );
  } catch (error) {
    count.leave(name, reasonOf(error), true);
    return;
  }
  try {
    stats = fstatSync(fd);
    if (!stats.isFile()) {
      count.leave(name, 'it was replaced while it was copied', true);
      return;
    }
    await write(encodeHeader(name, 'File', toldOf(stats, reproducible), { owner }));
    // What is appended meanwhile comes too late: the header has told how much there is.
    for (let left = stats.size; left > 0; ) {
      const most = Math.min(left, buffer.length);
      const length = at(name, () => readSync(fd, buffer, 0, most, null));
      if (length === 0) {
        throw new RigError('source_changed', `${name} became shorter while it was read.`, {
          hint: 'Copy it again when nothing writes to it.',
        });
      }
      await write(buffer.subarray(0, length));
      left -= length;
      count.bytes += length;
    }
  } finally {
    closeSync(fd);
  }
  await write(paddingOf(stats.size));
  count.files += 1;
}
