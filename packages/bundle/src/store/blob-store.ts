import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BUNDLE_LIMITS, type BundleManifest } from '@rig-ops/contract/bundle-manifest';
import { RigError } from '@rig-ops/contract/errors';
import { decodePackIndex } from '../pack/pack-layout.ts';
import { unpackChunk } from '../pack/unpack-chunk.ts';
import { Turn } from '../turn.ts';
import { materialiseTree } from './materialise-tree.ts';
import type { PackIndex } from './pack-index.ts';
import { asDiskFull, writeDurably } from './write-durably.ts';

/**
 * Keeps the content of bundles: packs as they arrived, one folder per app, so that no app can learn
 * what another has. One process writes to a folder at a time.
 */
export class BlobStore {
  readonly #dir: string;
  readonly #index: PackIndex;
  readonly #prepared = new Map<string, Promise<void>>();
  readonly #storing = new Map<string, Promise<number>>();

  constructor(dir: string, index: PackIndex) {
    this.#dir = dir;
    this.#index = index;
  }

  /**
   * Checks a pack to the last byte and stores it; it is on the disk when this answers. Repeating it
   * does nothing.
   * @returns how many chunks it holds
   * @throws RigError `invalid_bundle`, `disk_full`
   */
  async putPack(appId: string, packId: string, bytes: Uint8Array): Promise<number> {
    const key = `${appId}/${packId}`;
    // The same pack twice at once: a retry may overtake what it repeats.
    const storing = this.#storing.get(key) ?? this.#store(appId, packId, bytes);
    this.#storing.set(key, storing);
    try {
      return await storing;
    } finally {
      this.#storing.delete(key);
    }
  }

  /** Digests of a bundle's chunks that the app lacks, each once, in the order of the manifest. */
  async missing(appId: string, manifest: BundleManifest): Promise<string[]> {
    const digests = [...digestsOf(manifest)];
    const found = await this.#index.find(appId, digests);
    return digests.filter((digest) => !found.has(digest));
  }

  /**
   * Writes the tree of a bundle into a folder that is new or empty, verifying every chunk again. After
   * a failure the folder is gone.
   * @throws RigError `bundle_incomplete`, `invalid_bundle`, `disk_full`; the reason of the signal
   */
  async materialise(
    appId: string,
    manifest: BundleManifest,
    targetDir: string,
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<void> {
    const places = await this.#index.find(appId, [...digestsOf(manifest)]);
    const packFile = (packId: string) => this.#packFile(appId, packId);
    await materialiseTree(manifest, targetDir, { places, packFile, signal });
  }

  /** Forgets an app and removes its packs. */
  async removeApp(appId: string): Promise<void> {
    await this.#index.removeApp(appId);
    this.#prepared.delete(appId);
    await rm(this.#appDir(appId), { recursive: true, force: true });
  }

  async #store(appId: string, packId: string, bytes: Uint8Array): Promise<number> {
    if (bytes.length > BUNDLE_LIMITS.packBytes) {
      throw new RigError('invalid_bundle', `The pack is larger than ${BUNDLE_LIMITS.packBytes} bytes.`);
    }
    if (createHash('sha256').update(bytes).digest('hex') !== packId) {
      throw new RigError('invalid_bundle', 'The bytes of the pack do not have the digest it is named by.');
    }
    const chunks = decodePackIndex(bytes);
    const file = this.#packFile(appId, packId);
    if ((await this.#index.hasPack(appId, packId)) && (await sizeOf(file)) === bytes.length) {
      return chunks.length;
    }
    const turn = new Turn();
    for (const chunk of chunks) {
      await unpackChunk(bytes.subarray(chunk.offset, chunk.offset + chunk.storedSize), chunk);
      await turn.pass();
    }
    await this.#prepare(appId);
    await writeDurably(file, `${file}.part`, bytes);
    await this.#index.add(appId, packId, chunks);
    return chunks.length;
  }

  /** Makes the folder of an app and removes what a process that was killed left half-written. */
  #prepare(appId: string): Promise<void> {
    const preparing = this.#prepared.get(appId) ?? prepareFolder(this.#appDir(appId));
    this.#prepared.set(appId, preparing);
    preparing.catch(() => this.#prepared.delete(appId));
    return preparing;
  }

  #packFile(appId: string, packId: string): string {
    return join(this.#appDir(appId), `${packId}.pack`);
  }

  #appDir(appId: string): string {
    return join(this.#dir, appId);
  }
}

function digestsOf(manifest: BundleManifest): Set<string> {
  return new Set(manifest.entries.flatMap((entry) => (entry.type === 'file' ? entry.chunks : [])));
}

async function prepareFolder(dir: string): Promise<void> {
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const names = await readdir(dir);
    const parts = names.filter((name) => name.endsWith('.part'));
    await Promise.all(parts.map((name) => rm(join(dir, name), { force: true })));
  } catch (error) {
    throw asDiskFull(error);
  }
}

async function sizeOf(file: string): Promise<number | null> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
