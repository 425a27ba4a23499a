import { closeSync, mkdirSync, openSync, readdirSync, rmSync, symlinkSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { BundleManifest, FileEntry } from '@rig-ops/contract/bundle-manifest';
import { RigError } from '@rig-ops/contract/errors';
import { chunkSize } from '../manifest/chunk-size.ts';
import { validateManifest } from '../manifest/validate-manifest.ts';
import { unpackChunk } from '../pack/unpack-chunk.ts';
import { Turn } from '../turn.ts';
import type { ChunkPlace } from './pack-index.ts';
import { PackReader } from './pack-reader.ts';
import { asDiskFull } from './write-durably.ts';

export interface TreeContent {
  places: ReadonlyMap<string, ChunkPlace>;
  /** Path of the file of a pack. */
  packFile: (packId: string) => string;
  signal: AbortSignal | undefined;
}

/** Writes a tree from packs; see `BlobStore.materialise`. */
export async function materialiseTree(
  manifest: BundleManifest,
  targetDir: string,
  { places, packFile, signal }: TreeContent,
): Promise<void> {
  validateManifest(manifest);
  refuseIncomplete(manifest, places);
  makeFreshFolder(targetDir);
  const packs = new PackReader(packFile);
  try {
    const writer = new TreeWriter(targetDir, packs, places);
    const turn = new Turn();
    for (const entry of manifest.entries) {
      if (entry.type === 'file') await writer.writeFile(entry);
      else if (entry.type === 'directory') writer.makeFolder(entry.path);
      await turn.pass(signal);
    }
    // Last, so that nothing is ever written through one.
    for (const entry of manifest.entries) {
      if (entry.type === 'symlink') writer.link(entry.path, entry.target);
    }
  } catch (error) {
    rmSync(targetDir, { recursive: true, force: true });
    throw asDiskFull(error);
  } finally {
    packs.close();
  }
}

class TreeWriter {
  readonly #root: string;
  readonly #packs: PackReader;
  readonly #places: ReadonlyMap<string, ChunkPlace>;
  readonly #made = new Set(['.']);

  constructor(root: string, packs: PackReader, places: ReadonlyMap<string, ChunkPlace>) {
    this.#root = root;
    this.#packs = packs;
    this.#places = places;
  }

  async writeFile({ path, size, executable, chunks }: FileEntry): Promise<void> {
    this.makeFolder(dirname(path));
    const descriptor = openSync(join(this.#root, path), 'wx', executable ? 0o755 : 0o644);
    try {
      for (const [index, digest] of chunks.entries()) {
        const frame = this.#packs.read(this.#places.get(digest) as ChunkPlace);
        writeAll(descriptor, await unpackChunk(frame, { digest, size: chunkSize(size, index) }));
      }
    } finally {
      closeSync(descriptor);
    }
  }

  makeFolder(path: string): void {
    if (this.#made.has(path)) return;
    mkdirSync(join(this.#root, path), { recursive: true });
    this.#made.add(path);
  }

  link(path: string, target: string): void {
    this.makeFolder(dirname(path));
    symlinkSync(target, join(this.#root, path));
  }
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let offset = 0; offset < bytes.length; ) {
    offset += writeSync(descriptor, bytes, offset);
  }
}

function refuseIncomplete(manifest: BundleManifest, places: ReadonlyMap<string, ChunkPlace>): void {
  const missing = new Set<string>();
  for (const entry of manifest.entries) {
    if (entry.type !== 'file') continue;
    for (const digest of entry.chunks) if (!places.has(digest)) missing.add(digest);
  }
  if (missing.size === 0) return;
  throw new RigError('bundle_incomplete', `${missing.size} chunks of the bundle have not arrived.`, {
    details: { missing: [...missing] },
  });
}

/** Nobody else can have prepared a way out of a folder that is new or empty, and private. */
function makeFreshFolder(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    const taken = (error as NodeJS.ErrnoException).code === 'EEXIST' && readdirSync(path).length === 0;
    if (!taken) throw asDiskFull(error);
  }
}
