import { access, mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { DeployStore } from '../deploys/deploy-store.ts';
import type { BuildImage } from '../images/build-image.ts';
import type { ImageShelf } from '../images/image-shelf.ts';
import { keptReleases } from '../releases/kept-releases.ts';
import type { ReleaseStore } from '../releases/release-store.ts';
import { buildHome } from './build-environment.ts';
import type { BuildRecord, BuildStore } from './build-store.ts';
import { folderSize } from './folder-size.ts';
import { makeMovable, removeTree } from './remove-tree.ts';
import type { ToolchainOf } from './toolchain-of.ts';

export interface ArtifactShelfOptions {
  layout: PlatformLayout;
  builds: Pick<BuildStore, 'idsOf' | 'get' | 'succeededWith' | 'setImage'>;
  /** Null where releases are no images. */
  images: ImageShelf | null;
  /** Whether an image is where those that are built belong. */
  isPublished: (image: BuildImage) => boolean;
  releases: Pick<ReleaseStore, 'page'>;
  /** Deploys under way; a build of theirs has ended before its release exists. */
  deploys: Pick<DeployStore, 'running'>;
  toolchainOf: ToolchainOf;
  /** The same artifacts as archives; absent where there are none. */
  archives?: { remove(buildId: string): Promise<void>; sweep(): Promise<void> } | undefined;
}

/** Keeps the artifacts that releases need and clears away the others. */
export class ArtifactShelf {
  readonly #options: ArtifactShelfOptions;
  /** What is under way for an app: choosing and clearing away never happen at once. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(options: ArtifactShelfOptions) {
    this.#options = options;
  }

  /**
   * Finds a build that was made of these inputs with the programs that are there now, and whose artifact is whole.
   * What `use` is given stays on the shelf until it resolves; by then a deploy must have noted it.
   */
  async withReusable<T>(
    appId: string,
    inputs: string,
    use: (build: BuildRecord | null) => Promise<T>,
  ): Promise<T> {
    return await this.#inTurn(appId, async () => await use(await this.#findReusable(appId, inputs)));
  }

  /**
   * Removes the artifacts of an app that neither its live nor its latest releases run. What has ended is
   * read first, then the deploys, then the releases: a deploy that comes to its release meanwhile is seen
   * in one or the other.
   * @returns how many were removed, and how much room they took
   */
  async prune(appId: string): Promise<{ artifacts: number; bytes: number }> {
    return await this.#inTurn(appId, async () => {
      const ended = await this.#endedBuilds(appId);
      const kept = new Set([...(await this.#deployedBuilds()), ...(await this.#releasedBuilds(appId))]);
      const removed = { artifacts: 0, bytes: 0 };
      for (const id of ended.filter((each) => !kept.has(each))) {
        const parts = [await this.#remove(id), await this.#removeImage(id)];
        const bytes = parts.filter((part) => part !== null);
        if (bytes.length === 0) continue;
        removed.artifacts += 1;
        removed.bytes += bytes.reduce((sum, each) => sum + each, 0);
      }
      return removed;
    });
  }

  /** Removes everything that the builds of an app have left. */
  async removeApp(appId: string): Promise<void> {
    for (const id of await this.#options.builds.idsOf(appId)) {
      await this.#remove(id);
      await this.#removeImage(id);
      await removeTree(buildHome(this.#options.layout, id));
      await removeTree(join(this.#options.layout.logs, 'builds', id));
    }
  }

  /** Finishes what a kill has left half removed. */
  async sweep(): Promise<void> {
    await removeTree(this.#trash);
    await this.#options.archives?.sweep();
  }

  async #findReusable(appId: string, inputs: string): Promise<BuildRecord | null> {
    const { builds, toolchainOf } = this.#options;
    for (const build of await builds.succeededWith(appId, inputs)) {
      if (build.plan === null || build.toolchain === null) continue;
      // Of the same source, and yet not built of it.
      if (build.image?.reference != null) continue;
      const { images } = this.#options;
      const isThere =
        build.image === null
          ? await access(this.#artifactOf(build.id)).then(
              () => true,
              () => false,
            )
          : (await images?.isThere(build.image)) === true && this.#options.isPublished(build.image);
      if (isThere && (await toolchainOf(build.plan, build.image !== null)) === build.toolchain) return build;
    }
    return null;
  }

  async #endedBuilds(appId: string): Promise<string[]> {
    const { builds } = this.#options;
    const ended: string[] = [];
    for (const id of await builds.idsOf(appId)) {
      const build = await builds.get(id);
      if (build !== null && build.endedAt !== null) ended.push(id);
    }
    return ended;
  }

  async #deployedBuilds(): Promise<string[]> {
    const running = await this.#options.deploys.running();
    return running.flatMap(({ buildId }) => (buildId === null ? [] : [buildId]));
  }

  async #releasedBuilds(appId: string): Promise<string[]> {
    const kept = await keptReleases(this.#options.releases, appId);
    return kept.map(({ buildId }) => buildId);
  }

  /**
   * An artifact that a kill leaves half removed under its name would be taken for a whole one.
   * @returns how much room it took; null when it was not there
   */
  async #remove(buildId: string): Promise<number | null> {
    await mkdir(this.#trash, { recursive: true, mode: 0o700 });
    const away = join(this.#trash, buildId);
    await this.#options.archives?.remove(buildId);
    await removeTree(away);
    await makeMovable(this.#artifactOf(buildId));
    try {
      await rename(this.#artifactOf(buildId), away);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      return null;
    }
    const bytes = await folderSize(away);
    await removeTree(away);
    return bytes;
  }

  /** @returns its size; null when the build has none. A daemon that does not answer keeps it until it is asked again. */
  async #removeImage(buildId: string): Promise<number | null> {
    const { builds, images } = this.#options;
    const build = await builds.get(buildId);
    // What a registry has is its own.
    if (build?.image == null || images === null || build.image.remote === true) return null;
    if (!(await images.remove(build))) return null;
    await builds.setImage(buildId, null);
    return build.image.bytes;
  }

  async #inTurn<T>(appId: string, work: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(appId) ?? Promise.resolve();
    const mine = before.then(work, work);
    const settled = mine.catch(() => undefined);
    this.#turns.set(appId, settled);
    try {
      return await mine;
    } finally {
      if (this.#turns.get(appId) === settled) this.#turns.delete(appId);
    }
  }

  get #trash(): string {
    return join(this.#options.layout.root, 'cache', 'trash');
  }

  #artifactOf(buildId: string): string {
    return join(this.#options.layout.artifacts, buildId);
  }
}
