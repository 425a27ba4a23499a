import { hash } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { BundleManifest } from '@rig-ops/contract/bundle-manifest';
import { CHUNK_BYTES } from '@rig-ops/contract/bundle-limits';
import { isRigError, RigError } from '@rig-ops/contract/errors';
import { giveBack } from '../give-back.ts';
import { unpackPack } from '../pack/unpack-pack.ts';
import { chunkSize } from '../manifest/chunk-size.ts';
import { chunkDigestsOf } from '../manifest/missing-bitmap.ts';
import { validateManifest } from '../manifest/validate-manifest.ts';
import type { ChunkPlace } from './pack-index.ts';
import { asDiskFull } from './write-durably.ts';

/**
 * What is to be written, and where its content lies. Passes between threads, for which thousands of small
 * objects take longer than a text and some numbers.
 */
export interface TreeJob {
  /** JSON of the manifest. */
  manifest: string;
  /** Ids of the packs. */
  packs: string[];
  /** For each chunk in the order of `chunkDigestsOf`: place in `packs` (-1 when it is missing), offset, size. */
  places: Int32Array;
  /** Where the packs are: `<id>.pack`. */
  packDir: string;
  targetDir: string;
}

/** Where a chunk goes. */
interface Target {
  path: string;
  executable: boolean;
  /** In the file, in bytes. */
  position: number;
  /** Whether the file is this chunk alone. */
  whole: boolean;
}

/** What a pack gives to a tree. */
interface Share {
  digest: string;
  place: ChunkPlace;
  targets: Target[];
}

/**
 * Writes a tree from packs, in the thread it is called in and without a pause: synchronous calls are several
 * times faster for many small files. Each pack is read and unpacked once. After a failure the folder is gone.
 * @param check called often; what it throws ends the work
 * @throws RigError `bundle_incomplete`, `invalid_bundle`, `disk_full`; `pack_damaged` with `pack` in its details
 */
export function materialiseTree(job: TreeJob, check: () => void = () => undefined): void {
  const { packDir, targetDir } = job;
  const manifest = JSON.parse(job.manifest) as BundleManifest;
  validateManifest(manifest);
  const shares = planShares(manifest, placesOf(manifest, job));
  check();
  makeFreshFolder(targetDir);
  try {
    makeFolders(manifest, targetDir);
    const begun = new Set<string>();
    for (const entry of manifest.entries) {
      if (entry.type === 'file' && entry.size === 0) {
        closeSync(openSync(`${targetDir}/${entry.path}`, 'wx', entry.executable ? 0o755 : 0o644));
      }
    }
    for (const [packId, chunks] of shares) {
      const content = readPack(packDir, packId);
      for (const { digest, place, targets } of chunks) {
        const bytes = content.subarray(place.offset, place.offset + place.size);
        if (hash('sha256', bytes, 'hex') !== digest) {
          throw damaged(packId, `does not hold the chunk ${digest} (of ${targets[0]?.path}) any more`);
        }
        for (const target of targets) writeChunk(targetDir, target, bytes, begun);
        check();
      }
      giveBack(content);
    }
    // Last, so that nothing is ever written through one.
    for (const entry of manifest.entries) {
      if (entry.type === 'symlink') symlinkSync(entry.target, `${targetDir}/${entry.path}`);
    }
  } catch (error) {
    rmSync(targetDir, { recursive: true, force: true });
    throw asDiskFull(error);
  }
}

export function treeJob(
  manifest: BundleManifest,
  places: ReadonlyMap<string, ChunkPlace>,
  { packDir, targetDir }: Pick<TreeJob, 'packDir' | 'targetDir'>,
): TreeJob {
  const digests = chunkDigestsOf(manifest);
  const packs = new Map<string, number>();
  const numbers = new Int32Array(digests.size * 3);
  let at = 0;
  for (const digest of digests) {
    const place = places.get(digest);
    if (place === undefined) numbers[at] = -1;
    else {
      const pack = packs.get(place.packId) ?? packs.size;
      packs.set(place.packId, pack);
      numbers.set([pack, place.offset, place.size], at);
    }
    at += 3;
  }
  return {
    manifest: JSON.stringify(manifest),
    packs: [...packs.keys()],
    places: numbers,
    packDir,
    targetDir,
  };
}

function placesOf(manifest: BundleManifest, { packs, places }: TreeJob): Map<string, ChunkPlace> {
  const found = new Map<string, ChunkPlace>();
  let at = 0;
  for (const digest of chunkDigestsOf(manifest)) {
    const [pack = -1, offset = 0, size = 0] = places.subarray(at, at + 3);
    const packId = packs[pack];
    if (packId !== undefined) found.set(digest, { packId, offset, size });
    at += 3;
  }
  return found;
}

/** The chunks of a tree by the pack they are in, in the order they lie in it. */
function planShares(manifest: BundleManifest, places: ReadonlyMap<string, ChunkPlace>): Map<string, Share[]> {
  const shares = new Map<string, Share>();
  const missing = new Set<string>();
  for (const entry of manifest.entries) {
    if (entry.type !== 'file') continue;
    const { path, executable, chunks } = entry;
    for (const [index, digest] of chunks.entries()) {
      const place = places.get(digest);
      if (place === undefined) {
        missing.add(digest);
        continue;
      }
      // The limits were checked against the sizes that the manifest tells; what is written must be of these.
      if (place.size !== chunkSize(entry.size, index)) {
        throw new RigError('invalid_bundle', `${path} does not have the size that the bundle says.`, {
          details: { path },
        });
      }
      const target = { path, executable, position: index * CHUNK_BYTES, whole: chunks.length === 1 };
      const known = shares.get(digest);
      if (known !== undefined) known.targets.push(target);
      else shares.set(digest, { digest, place, targets: [target] });
    }
  }
  if (missing.size > 0) {
    throw new RigError('bundle_incomplete', `${missing.size} chunks of the bundle have not arrived.`, {
      details: { missingCount: missing.size, missing: [...missing].slice(0, 100) },
    });
  }
  const byPack = new Map<string, Share[]>();
  for (const share of shares.values()) {
    const chunks = byPack.get(share.place.packId);
    if (chunks === undefined) byPack.set(share.place.packId, [share]);
    else chunks.push(share);
  }
  for (const chunks of byPack.values()) chunks.sort((a, b) => a.place.offset - b.place.offset);
  return byPack;
}

function readPack(packDir: string, packId: string): Uint8Array {
  let bytes: Buffer;
  try {
    bytes = readFileSync(join(packDir, `${packId}.pack`));
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? damaged(packId, 'is gone', error) : error;
  }
  try {
    const { content } = unpackPack(bytes);
    giveBack(bytes);
    return content;
  } catch (error) {
    throw isRigError(error) ? damaged(packId, 'cannot be unpacked any more', error) : error;
  }
}

function writeChunk(root: string, target: Target, bytes: Uint8Array, begun: Set<string>): void {
  const { path, executable, position, whole } = target;
  const flags = whole || !begun.has(path) ? 'wx' : 'r+';
  if (!whole) begun.add(path);
  const descriptor = openSync(`${root}/${path}`, flags, executable ? 0o755 : 0o644);
  try {
    for (let offset = 0; offset < bytes.length; ) {
      offset += writeSync(descriptor, bytes, offset, bytes.length - offset, position + offset);
    }
  } finally {
    closeSync(descriptor);
  }
}

function makeFolders({ entries }: BundleManifest, root: string): void {
  const made = new Set(['.']);
  const make = (folder: string) => {
    if (made.has(folder)) return;
    made.add(folder);
    make(dirname(folder));
    mkdirSync(`${root}/${folder}`);
  };
  for (const { type, path } of entries) make(type === 'directory' ? path : dirname(path));
}

/** Nobody else can have prepared a way out of a folder that is new or empty, and private. */
function makeFreshFolder(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    const taken = (error as NodeJS.ErrnoException).code === 'EEXIST' && readdirSync(path).length === 0;
    if (!taken) throw asDiskFull(error);
  }
}

function damaged(packId: string, how: string, cause?: unknown): RigError {
  const message = `Stored content was lost: the pack ${packId} ${how}.`;
  return new RigError('pack_damaged', message, { details: { pack: packId }, cause });
}
