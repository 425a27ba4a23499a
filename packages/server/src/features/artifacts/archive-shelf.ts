import { randomUUID } from 'node:crypto';
import { access, mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { RigError } from '@rig-ops/contract/errors';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import { type Clock, timestampOf } from '../../clock.ts';
import { Slots } from '../../http/slots.ts';
import type { BuildArchive, BuildArchiveStore } from './build-archive-store.ts';
import type { ArchiveOrder, MadeArchive } from './make-archive.ts';

export interface ArchiveShelfDeps {
  readonly layout: Pick<PlatformLayout, 'archives' | 'artifacts'>;
  readonly store: Pick<BuildArchiveStore, 'get' | 'add' | 'remove'>;
  readonly clock: Clock;
  /** What all archives may take. */
  readonly limitBytes: () => number;
  readonly make: (order: ArchiveOrder) => Promise<MadeArchive>;
}

/** A file on the shelf. */
export interface ShelvedArchive {
  readonly path: string;
  /** SHA-256 of the file, in hex. */
  readonly sha256: string;
  readonly bytes: number;
}

/** `<build>.<sha256>.tar.zst` */
const NAME = /^([a-z]+_[0-9a-z]+)\.([0-9a-f]{64})\.tar\.zst$/;
/** Each takes a core and reads a disk. */
const AT_ONCE = 2;

/**
 * Artifacts as archives, made once and kept as long as there is room: those that were asked for longest ago go first,
 * and are made again when they are missed.
 */
export class ArchiveShelf {
  readonly #deps: ArchiveShelfDeps;
  readonly #slots = new Slots(AT_ONCE);
  readonly #underWay = new Map<string, Promise<ShelvedArchive>>();

  constructor(deps: ArchiveShelfDeps) {
    this.#deps = deps;
  }

  /** What pods verify by. @throws RigError as {@link ArchiveShelf.take} */
  async describe(buildId: string): Promise<BuildArchive> {
    const known = await this.#deps.store.get(buildId);
    if (known !== undefined) return known;
    await this.take(buildId);
    const made = await this.#deps.store.get(buildId);
    if (made === undefined) throw missing(buildId);
    return made;
  }

  /**
   * The archive of a build; made when it is not there.
   * @throws RigError `artifact_missing`, `artifact_too_large`, `artifact_damaged`
   */
  async take(buildId: string): Promise<ShelvedArchive> {
    const running = this.#underWay.get(buildId);
    if (running !== undefined) return await running;
    const found = this.#find(buildId).then(async (shelved) => shelved ?? (await this.#make(buildId)));
    this.#underWay.set(buildId, found);
    try {
      return await found;
    } finally {
      this.#underWay.delete(buildId);
    }
  }

  /** The build is removed, and so is this. */
  async remove(buildId: string): Promise<void> {
    await this.#underWay.get(buildId)?.catch(() => undefined);
    for (const { path } of await this.#list(buildId)) await rm(path, { force: true });
    await this.#deps.store.remove(buildId);
  }

  /** Removes what a kill has left, and what belongs to no artifact any more. */
  async sweep(): Promise<void> {
    const { archives, artifacts } = this.#deps.layout;
    for (const name of await readdir(archives).catch(() => [])) {
      const [, build] = NAME.exec(name) ?? [];
      const isWanted = build !== undefined && (await isThere(join(artifacts, build)));
      if (!isWanted) await rm(join(archives, name), { force: true });
    }
  }

  async #find(buildId: string): Promise<ShelvedArchive | undefined> {
    const [found] = await this.#list(buildId);
    if (found === undefined) return undefined;
    const now = this.#deps.clock.now();
    // When it was last asked for.
    await utimes(found.path, now, now).catch(() => undefined);
    return found;
  }

  async #make(buildId: string): Promise<ShelvedArchive> {
    const { layout, store, clock, limitBytes, make } = this.#deps;
    const source = join(layout.artifacts, buildId);
    if (!(await isThere(source))) throw missing(buildId);
    await mkdir(layout.archives, { recursive: true, mode: 0o700 });
    const target = join(layout.archives, `${buildId}.${randomUUID()}.part`);
    const release = await this.#slots.acquire(new AbortController().signal, 1);
    try {
      const { tar, archive } = await make({ source, target, limitBytes: limitBytes() });
      const before = await store.get(buildId);
      if (before !== undefined && before.sha256 !== tar.sha256) {
        throw new RigError(
          'artifact_damaged',
          `The files of build ${buildId} have changed since it was made.`,
        );
      }
      await store.add(buildId, tar, timestampOf(clock));
      const path = join(layout.archives, `${buildId}.${archive.sha256}.tar.zst`);
      await rename(target, path);
      await this.#makeRoom(path);
      return { path, ...archive };
    } catch (error) {
      await rm(target, { force: true });
      throw (await isThere(source)) ? error : missing(buildId);
    } finally {
      release();
    }
  }

  async #makeRoom(latest: string): Promise<void> {
    const oldestFirst = (await this.#list()).toSorted((a, b) => a.askedAt - b.askedAt);
    let total = oldestFirst.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const { path, bytes } of oldestFirst) {
      if (total <= this.#deps.limitBytes()) return;
      // Whoever reads one goes on: it has it open.
      if (path === latest) continue;
      await rm(path, { force: true });
      total -= bytes;
    }
  }

  /** @param of only those of this build */
  async #list(of?: string): Promise<(ShelvedArchive & { askedAt: number })[]> {
    const { archives } = this.#deps.layout;
    const listed = await Promise.all(
      (await readdir(archives).catch(() => [])).map(async (name) => {
        const [, build, sha256] = NAME.exec(name) ?? [];
        if (build === undefined || sha256 === undefined || build !== (of ?? build)) return [];
        const path = join(archives, name);
        const stats = await stat(path).catch(() => undefined);
        return stats === undefined ? [] : [{ sha256, path, bytes: stats.size, askedAt: stats.mtimeMs }];
      }),
    );
    return listed.flat();
  }
}

const missing = (buildId: string): RigError =>
  new RigError('artifact_missing', `The files of build ${buildId} are there no more.`);

const isThere = async (path: string): Promise<boolean> =>
  await access(path).then(
    () => true,
    () => false,
  );
