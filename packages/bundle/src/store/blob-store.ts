import { hash } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BundleEntry, BundleManifest, FileEntry } from '@rig-ops/contract/bundle-manifest';
import { isRigError } from '@rig-ops/contract/errors';
import { chunkDigestsOf } from '../manifest/missing-bitmap.ts';
import { decodePackHead, type PackedChunk } from '../pack/pack-layout.ts';
import { verifyPack } from '../pack/unpack-pack.ts';
import { materialiseTree } from './materialise-tree.ts';
import type { PackIndex } from './pack-index.ts';
import { type FollowUp, PackWorkers } from './pack-workers.ts';
import { type FilePart, readFiles } from './read-files.ts';
import { SharedLock } from './shared-lock.ts';
import { TreeDrafts } from './tree-drafts.ts';
import { pieceJob } from './tree-pieces.ts';
import { planTree } from './tree-plan.ts';
import { TreeWriter } from './tree-writer.ts';
import { asDiskFull, writeDurably } from './write-durably.ts';

/** So little is done sooner than another thread is asked to. */
const SMALL_BYTES = 1024 * 1024;
const SMALL_TREE_ENTRIES = 500;

export interface BlobStoreOptions {
  /** The time, RFC 3339; the system's when absent. */
  now?: () => string;
}

/** A pack that was found damaged and is not used any more. */
export interface DamagedPack {
  appId: string;
  file: string;
}

/**
 * Keeps the content of bundles: packs as they arrived, one folder per app, so that no app can learn
 * what another has. One process writes to a folder at a time.
 */
export class BlobStore {
  readonly #dir: string;
  readonly #index: PackIndex;
  readonly #now: () => string;
  readonly #workers = new PackWorkers();
  readonly #locks = new Map<string, SharedLock>();
  readonly #prepared = new Map<string, Promise<void>>();
  readonly #storing = new Map<string, Promise<number>>();
  readonly #drafts: TreeDrafts;

  constructor(
    dir: string,
    index: PackIndex,
    { now = () => new Date().toISOString() }: BlobStoreOptions = {},
  ) {
    this.#dir = dir;
    this.#index = index;
    this.#now = now;
    this.#drafts = new TreeDrafts(join(dir, '.drafts'));
  }

  /**
   * Checks a pack to the last byte and stores it; it is on the disk when this answers. Repeating it
   * does nothing. The bytes may be given away: they must not be used any more.
   * @returns how many chunks it holds
   * @throws RigError `invalid_bundle`, `disk_full`
   */
  async putPack(appId: string, packId: string, bytes: Uint8Array): Promise<number> {
    const key = `${appId}/${packId}`;
    // The same pack twice at once: a retry may overtake what it repeats.
    const storing = this.#storing.get(key) ?? this.sharing(appId, () => this.#store(appId, packId, bytes));
    this.#storing.set(key, storing);
    try {
      return await storing;
    } finally {
      this.#storing.delete(key);
    }
  }

  /** Digests of a bundle's chunks that the app lacks, each once, in the order of the manifest. */
  async missing(appId: string, manifest: BundleManifest): Promise<string[]> {
    return [...(await this.missingOf(appId, chunkDigestsOf(manifest)))];
  }

  /** Those of these chunks that the app lacks. */
  async missingOf(appId: string, digests: ReadonlySet<string>): Promise<Set<string>> {
    return await this.#index.missing(appId, digests);
  }

  /**
   * Says that missing content of these entries is going to arrive, and soon to be written as a tree: what comes is
   * then written out at once, once it is checked, for {@link BlobStore.materialise} to take over.
   */
  async expect(appId: string, entries: readonly BundleEntry[], missing: ReadonlySet<string>): Promise<void> {
    await this.#drafts.expect(appId, entries, missing);
  }

  /**
   * The same for a whole manifest: what is there of it is written too, beside what else is done; nothing waits for it
   * but {@link BlobStore.materialise}.
   */
  prepare(appId: string, manifest: BundleManifest, missing: ReadonlySet<string>): void {
    if (missing.size === 0 || isSmall(manifest)) return;
    // A draft that comes to nothing was one that nobody needs.
    this.sharing(appId, () => this.#fill(appId, manifest, missing)).catch(() => undefined);
  }

  /**
   * Writes the tree of a bundle into a folder that is new or empty. Every chunk is verified right before it is
   * written. After a failure the folder is gone. A pack that turns out damaged is set aside, so that its content counts
   * as missing and is uploaded again.
   * @throws RigError `bundle_incomplete`, `invalid_bundle`, `pack_damaged`, `disk_full`; the reason of the
   * signal
   */
  async materialise(
    appId: string,
    manifest: BundleManifest,
    targetDir: string,
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<void> {
    await this.sharing(appId, async () => {
      const draft = this.#drafts.take(appId);
      const packDir = this.#appDir(appId);
      try {
        if (isSmall(manifest)) {
          const places = await this.#index.find(appId, chunkDigestsOf(manifest));
          materialiseTree(manifest, places, { packDir, targetDir }, () => signal?.throwIfAborted());
        } else {
          const options = { appId, manifest, index: this.#index, packDir, targetDir, signal };
          const writer = new TreeWriter(this.#workers, options);
          const isFinished = draft !== undefined && (await writer.finish(draft));
          if (!isFinished) {
            // If it was room that it lacked, it has to give it back first.
            if (draft?.isBroken === true) await draft.remove();
            await writer.write();
          }
        }
      } catch (error) {
        await this.#setAsideDamaged(appId, error);
        throw error;
      } finally {
        // What cannot be removed now goes when the next process begins.
        draft?.remove().catch(() => undefined);
      }
    });
  }

  /**
   * Tells the content of files part by part without writing it anywhere, as {@link readFiles} does; the next part is read
   * when the one before was taken.
   * @throws RigError `bundle_incomplete`, `pack_damaged`; what `take` throws
   */
  async readFiles(
    appId: string,
    entries: readonly FileEntry[],
    take: (part: FilePart) => Promise<void>,
  ): Promise<void> {
    await this.sharing(appId, async () => {
      const places = await this.#index.find(
        appId,
        entries.flatMap(({ chunks }) => chunks),
      );
      try {
        for await (const part of readFiles(entries, places, this.#appDir(appId))) await take(part);
      } catch (error) {
        await this.#setAsideDamaged(appId, error);
        throw error;
      }
    });
  }

  /** Writes what is there of a tree into a draft. */
  async #fill(appId: string, manifest: BundleManifest, missing: ReadonlySet<string>): Promise<void> {
    await this.#drafts.expect(appId, manifest.entries, missing);
    const draft = this.#drafts.get(appId);
    const files = draft?.absent(manifest.entries, missing) ?? [];
    if (draft === undefined || files.length === 0) return;
    const places = await this.#index.find(
      appId,
      files.flatMap(({ chunks }) => chunks),
    );
    if (!draft.isOpen) return;
    const { pieces } = planTree(files, places);
    const written = draft.fill(files, pieces.size);
    const { dir: targetDir, signal } = draft;
    const jobs = [...pieces].map(async ([packId, ofPack], part) => {
      const job = pieceJob(ofPack, { targetDir, packDir: this.#appDir(appId), packId });
      const done = this.#workers.run({ kind: 'pieces', job }, { signal });
      await done.then(() => written[part]?.(), written[part]);
    });
    await Promise.all(jobs);
  }

  /** Does something during which {@link BlobStore.aloneIfFree} does not run for the app. */
  async sharing<T>(appId: string, work: () => Promise<T>): Promise<T> {
    return await this.#lock(appId).share(work);
  }

  /**
   * Does something while nothing of the app is stored, read or announced; those who want to wait until it
   * is done. Answers undefined, and does nothing, when somebody is at it now.
   */
  async aloneIfFree<T>(appId: string, work: () => Promise<T>): Promise<T | undefined> {
    const lock = this.#lock(appId);
    return lock.isFree ? await lock.alone(work) : undefined;
  }

  /**
   * Removes packs, their entries in the index first, and every file that no entry names. To be called
   * {@link BlobStore.aloneIfFree}; a kill at any point leaves only files that the next call removes.
   * @returns the size of the removed files in bytes
   */
  async removePacks(appId: string, packIds: readonly string[]): Promise<number> {
    await this.#index.removePacks(appId, packIds);
    const kept = new Set((await this.#index.packs(appId)).map(({ id }) => `${id}.pack`));
    let freed = 0;
    for (const name of await namesIn(this.#appDir(appId))) {
      if (kept.has(name)) continue;
      const file = join(this.#appDir(appId), name);
      freed += (await sizeOf(file)) ?? 0;
      await rm(file, { recursive: true, force: true });
    }
    return freed;
  }

  /** The packs that were set aside and are still there to be looked at. */
  async damagedPacks(): Promise<DamagedPack[]> {
    const damaged: DamagedPack[] = [];
    for (const appId of await namesIn(this.#damagedDir())) {
      for (const name of await namesIn(join(this.#damagedDir(), appId))) {
        damaged.push({ appId, file: join(this.#damagedDir(), appId, name) });
      }
    }
    return damaged;
  }

  /** Ids of the apps that have packs. */
  async appIds(): Promise<string[]> {
    await this.#drafts.clean();
    return (await namesIn(this.#dir)).filter((name) => !name.startsWith('.'));
  }

  /** Forgets an app and removes its packs. */
  async removeApp(appId: string): Promise<void> {
    await this.#lock(appId).alone(async () => {
      await this.#index.removeApp(appId);
      this.#prepared.delete(appId);
      await this.#drafts.drop(appId);
      await rm(this.#appDir(appId), { recursive: true, force: true });
      await rm(join(this.#damagedDir(), appId), { recursive: true, force: true });
    });
    this.#locks.delete(appId);
  }

  async #store(appId: string, packId: string, bytes: Uint8Array): Promise<number> {
    const file = this.#packFile(appId, packId);
    if ((await this.#index.hasPack(appId, packId)) && (await sizeOf(file)) === bytes.length) {
      if (hash('sha256', bytes, 'hex') === packId) return decodePackHead(bytes).sizes.length;
    }
    const isSmallPack = bytes.length <= SMALL_BYTES && decodePackHead(bytes).contentBytes <= SMALL_BYTES;
    const size = bytes.length;
    await this.#prepare(appId);
    const chunks = isSmallPack
      ? verifyPack(packId, bytes)
      : await this.#storeElsewhere(appId, { packId, bytes, file });
    // Waiting for the disk is not for this thread.
    if (isSmallPack) await writeDurably(file, `${file}.part`, bytes);
    await this.#index.add(appId, { id: packId, bytes: size, storedAt: this.#now() }, chunks);
    return chunks.length;
  }

  async #storeElsewhere(
    appId: string,
    pack: { packId: string; bytes: Uint8Array; file: string },
  ): Promise<PackedChunk[]> {
    const draft = this.#drafts.get(appId);
    const follow = (chunks: readonly PackedChunk[]): FollowUp => {
      const taken = draft?.take(chunks) ?? null;
      if (taken === null) return { task: { kind: 'drop' }, done: () => undefined };
      const done = (error?: unknown) => {
        taken.written(error);
        // A disk that is full has no room for what may not be needed.
        if (error !== undefined) void this.#drafts.drop(appId);
      };
      return { task: { kind: 'pieces', job: taken.job }, done };
    };
    try {
      const task = { kind: 'store', ...pack, keep: draft !== undefined } as const;
      return await this.#workers.run(task, draft === undefined ? {} : { follow });
    } catch (error) {
      if (isRigError(error) && error.code === 'disk_full') await this.#drafts.drop(appId);
      throw error;
    }
  }

  /** So that its content counts as missing and is uploaded again. */
  async #setAsideDamaged(appId: string, error: unknown): Promise<void> {
    const pack = isRigError(error) && error.code === 'pack_damaged' ? error.details?.pack : undefined;
    if (typeof pack === 'string') await this.#setAside(appId, pack);
  }

  async #setAside(appId: string, packId: string): Promise<void> {
    await this.#index.removePacks(appId, [packId]);
    const folder = join(this.#damagedDir(), appId);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await rename(this.#packFile(appId, packId), join(folder, `${packId}.pack`)).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    });
  }

  /** Makes the folder of an app and removes what a process that was killed left half-written. */
  #prepare(appId: string): Promise<void> {
    const preparing = this.#prepared.get(appId) ?? prepareFolder(this.#appDir(appId));
    this.#prepared.set(appId, preparing);
    preparing.catch(() => this.#prepared.delete(appId));
    return preparing;
  }

  #lock(appId: string): SharedLock {
    let lock = this.#locks.get(appId);
    if (lock === undefined) {
      lock = new SharedLock();
      this.#locks.set(appId, lock);
    }
    return lock;
  }

  #packFile(appId: string, packId: string): string {
    return join(this.#appDir(appId), `${packId}.pack`);
  }

  #appDir(appId: string): string {
    return join(this.#dir, appId);
  }

  /** No id of an app begins with a dot. */
  #damagedDir(): string {
    return join(this.#dir, '.damaged');
  }
}

function isSmall(manifest: BundleManifest): boolean {
  return manifest.entries.length <= SMALL_TREE_ENTRIES && contentBytes(manifest) <= SMALL_BYTES;
}

function contentBytes({ entries }: BundleManifest): number {
  return entries.reduce((sum, entry) => sum + (entry.type === 'file' ? entry.size : 0), 0);
}

async function prepareFolder(dir: string): Promise<void> {
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const parts = (await namesIn(dir)).filter((name) => name.endsWith('.part'));
    await Promise.all(parts.map((name) => rm(join(dir, name), { force: true })));
  } catch (error) {
    throw asDiskFull(error);
  }
}

/** Empty when there is no such folder. */
async function namesIn(dir: string): Promise<string[]> {
  try {
    return await readdir(dir);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
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
