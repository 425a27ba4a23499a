import { RigError } from '@rig-ops/contract/errors';
import type { ReleasePruning } from '@rig-ops/contract/resources';
import type { Clock } from '../../clock.ts';
import type { AppStore } from '../apps/app-store.ts';
import { requireApp } from '../apps/require-app.ts';
import type { ArtifactShelf } from '../builds/artifact-shelf.ts';
import type { DeployStore } from '../deploys/deploy-store.ts';
import type { InstanceStore } from '../instances/instance-store.ts';
import { choosePruned, type KeptBecause } from './choose-pruned.ts';
import type { ReleaseRecord, ReleaseStore } from './release-store.ts';

export interface ReleasePrunerOptions {
  apps: AppStore;
  deploys: Pick<DeployStore, 'running' | 'queued'>;
  instances: Pick<InstanceStore, 'ofApp'>;
  releases: ReleaseStore;
  shelf: Pick<ArtifactShelf, 'prune'>;
  clock: Clock;
}

export interface PruneRequest {
  keep?: number | undefined;
  olderThanSeconds?: number | undefined;
  dryRun?: boolean | undefined;
}

/** Removes old releases, as far as nothing needs them. */
export class ReleasePruner {
  readonly #options: ReleasePrunerOptions;

  constructor(options: ReleasePrunerOptions) {
    this.#options = options;
  }

  /** @throws RigError `app_not_found`, `invalid_input` */
  async prune(
    appName: string,
    { dryRun = false, keep, olderThanSeconds }: PruneRequest,
  ): Promise<ReleasePruning> {
    const { apps, clock, releases, shelf } = this.#options;
    if (keep === undefined && olderThanSeconds === undefined)
      throw new RigError('invalid_input', 'Nothing says which releases are old.', {
        hint: 'Give `keep` or `olderThanSeconds`.',
      });
    const app = await requireApp(apps, appName);
    const madeBefore =
      olderThanSeconds === undefined
        ? undefined
        : new Date(clock.now().getTime() - olderThanSeconds * 1000).toISOString();
    const needed = await this.#needed(app.id);
    const { kept, removed } = choosePruned(await this.#all(app.id), needed, { keep, madeBefore });
    const versions = removed.map(({ version }) => version);
    // One that was named since stays.
    const gone = dryRun ? versions : await releases.remove(app.id, versions);
    const cleared = dryRun ? { artifacts: 0, bytes: 0 } : await shelf.prune(app.id);
    return {
      app: app.name,
      dryRun,
      removed: removed
        .filter(({ version }) => gone.includes(version))
        .map(({ createdAt, status, version }) => ({
          version,
          status: status === 'failed' ? status : 'superseded',
          createdAt,
        })),
      kept,
      ...cleared,
    };
  }

  /** Deploys are read first: one that makes its release meanwhile is seen in one or the other. */
  async #needed(appId: string): Promise<Map<number, KeptBecause>> {
    const { deploys, instances, releases } = this.#options;
    const needed = new Map<number, KeptBecause>();
    const note = (version: number | null | undefined, because: KeptBecause) => {
      if (version != null) needed.set(version, because);
    };
    for (const { deploy } of await deploys.queued(appId)) note(deploy.rollbackTo, 'deploy');
    const running = (await deploys.running()).filter((deploy) => deploy.appId === appId);
    for (const instance of await instances.ofApp(appId)) note(instance.release, 'instances');
    note((await releases.previousLive(appId))?.version, 'rollback');
    for (const { release, rollbackTo, rollout } of running)
      for (const version of [release, rollbackTo, rollout.plan?.from]) note(version, 'deploy');
    return needed;
  }

  async #all(appId: string): Promise<ReleaseRecord[]> {
    const all: ReleaseRecord[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.#options.releases.page(appId, {
        limit: 1000,
        ...(cursor === undefined ? {} : { cursor }),
      });
      all.push(...page.items);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return all;
  }
}
