import { once } from 'node:events';
import { isRigError, RigError } from '@rig-ops/contract/errors';
import { Parser, type ReadEntry } from 'tar';
import { CopyCount, type Copied } from './copied.ts';
import { chooseDestination } from './destination.ts';
import { TreeWriter, unsafe } from './tree-writer.ts';

export interface UnpackOptions {
  destination: string;
  /** The destination as its user knows it. */
  shown: string;
  noClobber: boolean;
  /** Told of content that is on the disk, in bytes from the beginning. */
  onProgress?: (bytes: number) => void;
  /** Throws for a place that is not to be written to. */
  allow?: (path: string) => void;
  /** Whether a relative link that leads out of the destination is refused; one that begins with a slash is kept. */
  linksStayInside?: boolean;
}

const FILES: ReadonlySet<string> = new Set(['File', 'OldFile', 'ContiguousFile']);
/** Of gzip and zstd, which the parser would unpack by itself. */
const PACKED = [Buffer.from([0x1f, 0x8b]), Buffer.from([0x28, 0xb5, 0x2f, 0xfd])];

/**
 * Writes an archive of one source to its destination, with the memory of one chunk. Whoever has made it is not
 * trusted: names lead nowhere else, nothing goes through a link, there are no devices, and an archive without its
 * end is no whole one. What has no name yet is removed when it fails.
 */
export async function unpack(chunks: AsyncIterable<Uint8Array>, options: UnpackOptions): Promise<Copied> {
  const unpacking = new Unpacking(options);
  try {
    return await unpacking.run(chunks);
  } catch (error) {
    unpacking.abandon();
    throw error;
  }
}

class Unpacking {
  readonly #options: UnpackOptions;
  readonly #count = new CopyCount();
  #writer: TreeWriter | null = null;
  #top: string | null = null;
  #failure: unknown;
  #complete = false;

  constructor(options: UnpackOptions) {
    this.#options = options;
  }

  async run(chunks: AsyncIterable<Uint8Array>): Promise<Copied> {
    // Strict: what is damaged is an error, not a warning.
    const parser = new Parser({ strict: true });
    const fail = (error: unknown) => {
      this.#failure ??= error;
    };
    parser.on('error', fail);
    parser.on('eof', () => {
      this.#complete = true;
    });
    parser.on('entry', (entry: ReadEntry) => this.#take(entry, fail));
    const ended = once(parser, 'end');
    ended.catch(fail);
    let first = true;
    for await (const chunk of chunks) {
      if (first && isPacked(chunk)) throw damaged('it is compressed');
      first = false;
      parser.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length));
      if (this.#failure !== undefined) throw toUnpackError(this.#failure);
      this.#options.onProgress?.(this.#count.bytes);
    }
    parser.end();
    if (this.#failure === undefined) await ended.catch(() => undefined);
    if (this.#failure !== undefined) throw toUnpackError(this.#failure);
    if (!this.#complete || this.#writer === null) throw damaged('its end is missing');
    this.#writer.finish();
    return this.#count.told;
  }

  abandon(): void {
    this.#writer?.abandon();
  }

  #take(entry: ReadEntry, fail: (error: unknown) => void): void {
    entry.on('error', fail);
    try {
      if (this.#failure === undefined) this.#takeChecked(entry, fail);
    } catch (error) {
      fail(error);
    }
    entry.resume();
  }

  #takeChecked(entry: ReadEntry, fail: (error: unknown) => void): void {
    const { type, path: name, linkpath = '' } = entry;
    const mtime = Number.isFinite(entry.mtime?.getTime()) ? (entry.mtime as Date) : new Date();
    const folder = type === 'Directory';
    const parts = partsOf(name);
    const writer = this.#writerFor(parts, folder);
    const below = parts.slice(1);
    const mode = entry.mode ?? (folder ? 0o755 : 0o644);
    if (folder) writer.folder(below, { mode, mtime });
    else if (type === 'SymbolicLink') {
      if (linkpath === '' || linkpath.includes('\0')) throw unsafe(name, 'is a link to nowhere');
      if (this.#options.linksStayInside === true && leadsOut(below, linkpath))
        throw unsafe(name, 'is a link that leads out');
      writer.link(below, linkpath);
    } else if (!FILES.has(type)) throw unsafe(name, `is of the kind ${type}, which is not copied`);
    else if (writer.begin(below)) {
      entry.on('data', (bytes: Uint8Array) => {
        if (this.#failure !== undefined) return;
        try {
          writer.write(bytes);
        } catch (error) {
          fail(error);
        }
      });
      entry.on('end', () => {
        if (this.#failure !== undefined) return;
        try {
          writer.end({ mode, mtime });
        } catch (error) {
          fail(error);
        }
      });
    }
  }

  /** The first entry says what it is about; what does not belong to it has no place. */
  #writerFor(parts: readonly string[], folder: boolean): TreeWriter {
    const [top = ''] = parts;
    if (this.#writer !== null) {
      if (top !== this.#top || parts.length === 1) throw unsafe(parts.join('/'), 'belongs to something else');
      return this.#writer;
    }
    if (parts.length !== 1) throw unsafe(parts.join('/'), 'comes before the folder that it is in');
    const { destination: wanted, shown, noClobber, allow } = this.#options;
    const destination = chooseDestination(wanted, { name: top, folder }, shown);
    allow?.(destination.path);
    const staged = folder && !destination.merges;
    this.#top = top;
    this.#writer = new TreeWriter({ destination, shown, noClobber, count: this.#count }, staged);
    return this.#writer;
  }
}

/** @throws RigError copy_unsafe for a name that leads elsewhere */
function partsOf(name: string): string[] {
  const parts = name.replace(/\/+$/, '').split('/');
  const [top, ...below] = parts;
  if (name.startsWith('/') || name.includes('\0')) throw unsafe(name, 'is no name that stays in its place');
  if (top === '' || top === '..' || below.some((part) => part === '' || part === '.' || part === '..')) {
    throw unsafe(name, 'is no name that stays in its place');
  }
  return parts;
}

/** @param parts of the path of the link below the destination */
function leadsOut(parts: readonly string[], target: string): boolean {
  if (target.startsWith('/')) return false;
  let depth = parts.length - 1;
  for (const part of target.split('/')) {
    if (part === '..') depth -= 1;
    else if (part !== '' && part !== '.') depth += 1;
    if (depth < 0) return true;
  }
  return false;
}

const isPacked = (chunk: Uint8Array): boolean =>
  PACKED.some((magic) => magic.equals(chunk.subarray(0, magic.length)));

const damaged = (why: string): RigError =>
  new RigError('connection_lost', `What was copied did not arrive whole: ${why}.`, {
    hint: 'Copy it again.',
  });

function toUnpackError(thrown: unknown): unknown {
  return isRigError(thrown) ? thrown : damaged(thrown instanceof Error ? thrown.message : String(thrown));
}
