import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.woff2': 'font/woff2',
};

/** Names of encodings (RFC 9110, 8.4.1) and the ending of the files that are made with them, best first. */
const encodings = [
  { name: 'br', ending: '.br' },
  { name: 'gzip', ending: '.gz' },
] as const;

export type Encoding = (typeof encodings)[number]['name'];

/** Below this folder a name holds a hash of what is in the file. */
const HASHED = 'assets/';

export interface PageFile {
  readonly type: string;
  /** Strong, of the file as it is without an encoding. */
  readonly tag: string;
  /** Whether what is in it never changes. */
  readonly immutable: boolean;
  readonly plain: Buffer;
  readonly encoded: ReadonlyMap<Encoding, Buffer>;
}

/**
 * Files of the pages by their path, `index.html`. They are in memory as a whole, a megabyte or two: what is
 * answered is looked up and never found on the disk by what somebody asks for, and an update of the package
 * cannot take from a page that is open what it has yet to load.
 */
export class PageFiles {
  readonly #folder: string;
  #files: ReadonlyMap<string, PageFile> = new Map();
  /** State of the index when they were read. */
  #read = '';
  #reading: Promise<void> | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws where there is nothing, neither on the disk nor from before */
  async get(path: string): Promise<PageFile | undefined> {
    // A build replaces the index last; what is hashed is looked at only when it is not known.
    if (!this.#files.has(path) || !path.startsWith(HASHED)) await this.#refresh();
    return this.#files.get(path);
  }

  async #refresh(): Promise<void> {
    this.#reading ??= this.#readChanged().finally(() => {
      this.#reading = undefined;
    });
    await this.#reading;
  }

  async #readChanged(): Promise<void> {
    try {
      const { ino, mtimeNs, size } = await stat(join(this.#folder, 'index.html'), { bigint: true });
      const state = `${ino} ${mtimeNs} ${size}`;
      if (state === this.#read) return;
      this.#files = await readPages(this.#folder);
      this.#read = state;
    } catch (error) {
      if (this.#files.size === 0) throw error;
    }
  }
}

async function readPages(folder: string): Promise<ReadonlyMap<string, PageFile>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'));
  const known = new Set(paths);
  const served = paths.filter(
    (path) => types[extname(path)] !== undefined && !path.split('/').some((part) => part.startsWith('.')),
  );
  const files = served.map(async (path) => {
    const plain = await readFile(join(folder, path));
    const encoded = new Map<Encoding, Buffer>();
    for (const { name, ending } of encodings) {
      if (known.has(path + ending)) encoded.set(name, await readFile(join(folder, path + ending)));
    }
    const tag = createHash('sha256').update(plain).digest('base64url').slice(0, 22);
    const file = {
      type: types[extname(path)] ?? '',
      tag,
      immutable: path.startsWith(HASHED),
      plain,
      encoded,
    };
    return [path, file] as const;
  });
  return new Map(await Promise.all(files));
}

/** The best encoding that is there and that a client takes; undefined for none (RFC 9110, 12.5.3). */
export function chooseEncoding(accepted: string | undefined, file: PageFile): Encoding | undefined {
  const taken = new Set(
    (accepted ?? '')
      .toLowerCase()
      .split(',')
      .flatMap((part) => {
        const [name = '', ...parameters] = part.split(';').map((each) => each.trim());
        return parameters.some((each) => /^q=0(?:\.0*)?$/.test(each)) ? [] : [name];
      }),
  );
  return encodings.find(({ name }) => taken.has(name) && file.encoded.has(name))?.name;
}
