import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { DeployStore } from '../deploys/deploy-store.ts';
import type { ReleaseStore } from '../releases/release-store.ts';
import { buildHome } from './build-environment.ts';
import type { BuildStore } from './build-store.ts';

/** How many releases of an app can be returned to, the live one aside. */
const KEPT_RELEASES = 10;

export interface ArtifactShelfOptions {
  layout: PlatformLayout;
  builds: Pick<BuildStore, 'idsOf' | 'get'>;
  releases: Pick<ReleaseStore, 'page'>;
  /** Deploys under way; a build of theirs has ended before its release exists. */
  deploys: Pick<DeployStore, 'running'>;
}

/** Keeps the artifacts that releases need and clears away the others. */
export class ArtifactShelf {
  readonly #options: ArtifactShelfOptions;

  constructor(options: ArtifactShelfOptions) {
    this.#options = options;
  }

  /**
   * Removes the artifacts of an app that neither its live nor its latest releases run. What has ended is
   * read first, then the deploys, then the releases: a deploy that comes to its release meanwhile is seen
   * in one or the other.
   */
  async prune(appId: string): Promise<void> {
    const ended = await this.#endedBuilds(appId);
    const kept = new Set([...(await this.#deployedBuilds()), ...(await this.#releasedBuilds(appId))]);
    for (const id of ended) if (!kept.has(id)) await this.#remove(id);
  }

  /** Removes everything that the builds of an app have left. */
  async removeApp(appId: string): Promise<void> {
    for (const id of await this.#options.builds.idsOf(appId)) {
      await this.#remove(id);
      await rm(buildHome(this.#options.layout, id), { recursive: true, force: true });
      await rm(join(this.#options.layout.logs, 'builds', id), { recursive: true, force: true });
    }
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
    const { items } = await this.#options.releases.page(appId, { limit: 1000 });
    const served = items.filter(({ status }) => status === 'live' || status === 'superseded');
    const needed = items.filter(({ status }) => status === 'live' || status === 'pending');
    return [...served.slice(0, KEPT_RELEASES), ...needed].map(({ buildId }) => buildId);
  }

  async #remove(buildId: string): Promise<void> {
    await rm(join(this.#options.layout.artifacts, buildId), { recursive: true, force: true });
  }
}
