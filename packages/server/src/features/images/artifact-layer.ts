import { PassThrough, type Readable } from 'node:stream';
import { encodeHeader, type EntryOwner, pack, paddingOf } from '@rig-ops/archive';

export interface LayerOptions {
  /** Folder of what was built. */
  artifact: string;
  /** Whose everything is. */
  owner: EntryOwner;
  /** Folders beside it, by path without a leading slash, with their modes. */
  folders: Readonly<Record<string, number>>;
  /** Texts beside it, as `etc/passwd`; they are root's. */
  texts: Readonly<Record<string, string>>;
  signal: AbortSignal;
}

const ROOT: EntryOwner = { uid: 0, gid: 0 };
const NEVER = new Date(0);

/** A tar archive with an artifact as `app`; it is made as it is read, with the memory of a chunk. */
export function artifactLayer({ artifact, owner, folders, texts, signal }: LayerOptions): Readable {
  const layer = new PassThrough({ highWaterMark: 1024 * 1024 });
  const write = async (bytes: Uint8Array): Promise<void> => {
    signal.throwIfAborted();
    // The packer writes over what it has given.
    if (layer.write(Buffer.from(bytes))) return;
    await new Promise<void>((resolve) => {
      const go = () => {
        layer.off('drain', go);
        layer.off('close', go);
        resolve();
      };
      layer.once('drain', go);
      layer.once('close', go);
    });
    if (layer.destroyed) throw new Error('the Docker daemon did not read the layer to its end');
  };
  const make = async () => {
    for (const [path, mode] of Object.entries(folders))
      await write(encodeHeader(path, 'Directory', { mode, mtime: NEVER, size: 0 }, { owner }));
    for (const [path, text] of Object.entries(texts)) {
      const bytes = Buffer.from(text);
      const stats = { mode: 0o644, mtime: NEVER, size: bytes.length };
      await write(encodeHeader(path, 'File', stats, { owner: ROOT }));
      await write(bytes);
      await write(paddingOf(bytes.length));
    }
    const copied = await pack(artifact, {
      shown: 'the artifact',
      name: 'app',
      recursive: true,
      owner,
      signal,
      write,
    });
    const [unreadable] = copied.left.filter(({ why }) => why.startsWith('it cannot'));
    if (unreadable !== undefined) throw new Error(`${unreadable.path}: ${unreadable.why}`);
    layer.end();
  };
  void make().catch((error: unknown) => layer.destroy(error as Error));
  return layer;
}
