import { posix } from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { encodeHeader, END_OF_ARCHIVE, paddingOf } from '@rig-ops/archive';
import type { BlobStore } from '@rig-ops/bundle/store';
import type { BundleEntry, FileEntry } from '@rig-ops/contract/bundle-manifest';
import type { DockerIgnore } from './dockerignore.ts';

/** Steps are found again by what files are, not by when they were sent. */
const TIME = new Date(0);
/** What a Dockerfile is called that its steps do not find. */
const APART = '.rig.Dockerfile';

export interface ContextOrder {
  appId: string;
  entries: readonly BundleEntry[];
  /** Folder of the source that is sent. */
  folder: string;
  /** Path of the Dockerfile in the source. */
  dockerfile: string;
  /** Its text. */
  text: string;
  /** Says what is left out. */
  ignore: DockerIgnore;
}

/** Files that a daemon is given to build from. */
export interface BuildContext {
  /** How the daemon finds the Dockerfile in it. */
  dockerfile: string;
  files: number;
  bytes: number;
  /** Reads it as a tar archive, once; the next bytes are read when those before were taken. */
  open: (signal: AbortSignal) => Readable;
}

/** @returns path of an entry in a folder; undefined when it lies elsewhere */
const within = (folder: string, path: string): string | undefined => {
  if (folder === '.') return path;
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : undefined;
};

/** The context of a Dockerfile, read from the blob store as it is sent: nothing of it is unpacked anywhere. */
export function buildContext(order: ContextOrder, blobs: Pick<BlobStore, 'readFiles'>): BuildContext {
  const { entries, folder, ignore } = order;
  const sent = new Map<BundleEntry, string>();
  for (const entry of entries) {
    const path = within(folder, entry.path);
    if (path !== undefined && !ignore.leavesOut(path)) sent.set(entry, path);
  }
  const inside = within(folder, order.dockerfile);
  const isSent = [...sent.values()].some((path) => path === inside);
  const files = [...sent.keys()].filter((entry) => entry.type === 'file');
  return {
    dockerfile: isSent && inside !== undefined ? inside : APART,
    files: sent.size,
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    open: (signal) => {
      const archive = new PassThrough({ highWaterMark: 256 * 1024 });
      void fill(archive, order, { sent, apart: !isSent }, blobs, signal).catch((error: unknown) =>
        archive.destroy(error as Error),
      );
      return archive;
    },
  };
}

const header = (path: string, kind: 'File' | 'Directory' | 'SymbolicLink', mode: number, size = 0) => ({
  path,
  kind,
  stats: { mode, size, mtime: TIME },
});

async function fill(
  archive: PassThrough,
  order: ContextOrder,
  { sent, apart }: { sent: ReadonlyMap<BundleEntry, string>; apart: boolean },
  blobs: Pick<BlobStore, 'readFiles'>,
  signal: AbortSignal,
): Promise<void> {
  const write = async (bytes: Uint8Array) => {
    signal.throwIfAborted();
    if (archive.destroyed) throw new Error('the daemon takes no more of the context');
    if (!archive.write(bytes)) await untilTaken(archive);
  };
  const put = async ({ path, kind, stats }: ReturnType<typeof header>, linkpath?: string) =>
    await write(encodeHeader(path, kind, stats, { linkpath, owner: { uid: 0, gid: 0 } }));
  for (const path of foldersOf(sent)) await put(header(path, 'Directory', 0o755));
  if (apart) {
    const text = Buffer.from(order.text);
    await put(header(APART, 'File', 0o644, text.length));
    await write(text);
    await write(paddingOf(text.length));
  }
  const files = [...sent.keys()].filter((entry): entry is FileEntry => entry.type === 'file');
  let left = 0;
  await blobs.readFiles(order.appId, files, async ({ bytes, entry }) => {
    if (left === 0) {
      await put(header(sent.get(entry) ?? '', 'File', entry.executable ? 0o755 : 0o644, entry.size));
      left = entry.size;
    }
    // It may be a part of something that is let go of.
    if (bytes.length > 0) await write(Buffer.from(bytes));
    left -= bytes.length;
    if (left === 0) await write(paddingOf(entry.size));
  });
  for (const [entry, path] of sent)
    if (entry.type === 'symlink') await put(header(path, 'SymbolicLink', 0o777), entry.target);
  await write(END_OF_ARCHIVE);
  archive.end();
}

/** Folders that something is in, and those that are empty, each behind the one it is in. */
function foldersOf(sent: ReadonlyMap<BundleEntry, string>): string[] {
  const folders = new Set<string>();
  for (const [entry, path] of sent) {
    let folder = entry.type === 'directory' ? path : posix.dirname(path);
    for (; folder !== '.' && !folders.has(folder); folder = posix.dirname(folder)) folders.add(folder);
  }
  return [...folders].toSorted((left, right) => (left < right ? -1 : 1));
}

async function untilTaken(archive: PassThrough): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = () => {
      archive.off('drain', done);
      archive.off('close', done);
      resolve();
    };
    archive.on('drain', done);
    archive.on('close', done);
  });
}
