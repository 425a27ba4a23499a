import { rename, rm } from 'node:fs/promises';
import type { BundleEntry, BundleManifest } from '@rig-ops/contract/bundle-manifest';
import { isRigError } from '@rig-ops/contract/errors';
import { validateManifest } from '../manifest/validate-manifest.ts';
import { makeFreshFolder } from './materialise-tree.ts';
import type { ChunkPlace, PackIndex } from './pack-index.ts';
import type { PackWorkers } from './pack-workers.ts';
import type { TreeDraft } from './tree-draft.ts';
import { pieceJob } from './tree-pieces.ts';
import { planTree } from './tree-plan.ts';
import { asDiskFull } from './write-durably.ts';

export interface TreeWriterOptions {
  appId: string;
  manifest: BundleManifest;
  index: Pick<PackIndex, 'find'>;
  packDir: string;
  targetDir: string;
  signal: AbortSignal | undefined;
}

/** Writes large trees with the help of other threads. */
export class TreeWriter {
  readonly #workers: PackWorkers;
  readonly #options: TreeWriterOptions;

  constructor(workers: PackWorkers, options: TreeWriterOptions) {
    this.#workers = workers;
    this.#options = options;
  }

  /**
   * Writes all of a tree into a folder that is new or empty. After a failure it is gone.
   * @throws RigError as `BlobStore.materialise`
   */
  async write(): Promise<void> {
    const { manifest, targetDir } = this.#options;
    validateManifest(manifest);
    const plan = await this.#plan(manifest.entries);
    makeFreshFolder(targetDir);
    await this.#orRemove(() => this.#carryOut(plan, targetDir));
  }

  /** The same by what a draft has already; false, with nothing done, when it is of no use. */
  async finish(draft: TreeDraft): Promise<boolean> {
    const { manifest, targetDir } = this.#options;
    validateManifest(manifest);
    const rest = await draft.rest(manifest);
    if (rest === null) return false;
    const plan = await this.#plan(rest);
    makeFreshFolder(targetDir);
    return await this.#orRemove(async () => {
      try {
        await this.#carryOut(plan, draft.dir);
        await rename(draft.dir, targetDir);
        return true;
      } catch (error) {
        if (isRigError(error) || this.#options.signal?.aborted === true) throw error;
        // As on another file system, or without room for the rest of it: then all of it is written anew.
        draft.breakOff();
        return false;
      }
    });
  }

  async #plan(entries: readonly BundleEntry[]) {
    const { appId, index, signal } = this.#options;
    const digests = entries.flatMap((entry) => (entry.type === 'file' ? entry.chunks : []));
    const places: ReadonlyMap<string, ChunkPlace> = await index.find(appId, digests);
    signal?.throwIfAborted();
    return planTree(entries, places);
  }

  /** One failure stops the rest; nothing is written any more when this ends. */
  async #carryOut({ pieces, ends }: ReturnType<typeof planTree>, targetDir: string): Promise<void> {
    const { packDir, signal } = this.#options;
    const failed = new AbortController();
    const stop = signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal]);
    const jobs = [...pieces].map(async ([packId, ofPack]) => {
      const job = pieceJob(ofPack, { targetDir, packDir, packId });
      try {
        await this.#workers.run({ kind: 'pieces', job }, { signal: stop });
      } catch (error) {
        failed.abort(error);
      }
    });
    await Promise.all(jobs);
    stop.throwIfAborted();
    await this.#workers.run({ kind: 'ends', job: { targetDir, ends } }, { signal });
  }

  async #orRemove<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      await rm(this.#options.targetDir, { recursive: true, force: true });
      throw asDiskFull(error);
    }
  }
}
