import { RigError } from '@rig-ops/contract/errors';
import { type Clock, timestampOf } from '../../clock.ts';
import type { AppRecord } from '../apps/app-store.ts';
import type { BuildRunner } from '../builds/build-runner.ts';
import type { BuildStore } from '../builds/build-store.ts';
import type { ConfigBook } from '../config/config-book.ts';
import { type SqlScaleStore, withCounts } from '../operate/scale-store.ts';
import type { ReleaseRecord, ReleaseStore } from '../releases/release-store.ts';
import { planRollout } from '../rollouts/plan-rollout.ts';
import { configOfDeploy } from './config-of-deploy.ts';
import type { DeployRecord, DeployStore } from './deploy-store.ts';

export interface ReleaseMakerOptions {
  deploys: DeployStore;
  builds: BuildStore;
  releases: ReleaseStore;
  configs: Pick<ConfigBook, 'head' | 'settle'>;
  /** How many instances somebody asked for. */
  scales: Pick<SqlScaleStore, 'of'>;
  buildRunner: BuildRunner;
  clock: Clock;
  countsOf: (release: ReleaseRecord) => ReadonlyMap<string, number>;
  /** Whether instances of a release are kept and can serve at once. */
  isKept: (release: ReleaseRecord) => Promise<boolean>;
}

/** Makes the release of a deploy and settles how it takes over. */
export class ReleaseMaker {
  readonly #options: ReleaseMakerOptions;

  constructor(options: ReleaseMakerOptions) {
    this.#options = options;
  }

  /** Does nothing when it is settled already. @returns the deploy with its release and plan */
  async settle(app: AppRecord, deploy: DeployRecord): Promise<DeployRecord> {
    if (deploy.rollout.plan !== null) return deploy;
    const { countsOf, deploys, releases } = this.#options;
    const release = await this.#make(deploy);
    await deploys.setRelease(deploy.id, release.version);
    const live = await releases.live(app.id);
    const plan = planRollout({
      kind: deploy.kind,
      order: deploy.rollout.order,
      runtime: release.runtime,
      // A deploy of an older rig may have gone live before its plan was noted.
      from: live === null || live.version === release.version ? null : live.version,
      counts: countsOf(release),
      isKept: await this.#options.isKept(release),
    });
    await releases.setRollout(app.id, release.version, { strategy: plan.strategy, outcome: null });
    return await deploys.setRollout(deploy.id, { plan });
  }

  /** @throws RigError `release_not_found` */
  async require(appId: string, version: number | null): Promise<ReleaseRecord> {
    const release = await this.#options.releases.get(appId, version ?? 0);
    if (release === null) throw new RigError('release_not_found', 'The release of the deploy is not there.');
    return release;
  }

  async #make(deploy: DeployRecord): Promise<ReleaseRecord> {
    const { clock, releases, scales } = this.#options;
    const { appId, createdBy, id: deployId, message, rollbackTo } = deploy;
    const { buildId, bundleId, detector, runtime, source } = await this.#contentOf(deploy);
    return releases.create({
      appId,
      deployId,
      buildId,
      bundleId,
      detector,
      configId: await configOfDeploy(deploy, this.#options),
      runtime: withCounts(runtime, await scales.of(appId)),
      rollbackOf: rollbackTo,
      rollbackOnly: deploy.rollbackOnly ?? null,
      message,
      source,
      createdBy,
      createdAt: timestampOf(clock),
    });
  }

  async #contentOf(
    deploy: DeployRecord,
  ): Promise<Pick<ReleaseRecord, 'buildId' | 'bundleId' | 'detector' | 'runtime' | 'source'>> {
    const { builds, buildRunner, releases } = this.#options;
    if (deploy.rollbackTo !== null && deploy.rollbackOnly !== 'config') {
      const old = await releases.get(deploy.appId, deploy.rollbackTo);
      if (old === null) throw new RigError('release_not_found', `There is no v${deploy.rollbackTo}.`);
      return old;
    }
    if (deploy.kind !== 'deploy') {
      const live = await releases.live(deploy.appId);
      if (live === null) throw new RigError('release_not_found', `${deploy.appName} has no live release.`);
      return live;
    }
    const build = deploy.buildId === null ? null : await builds.get(deploy.buildId);
    if (build === null) throw new RigError('build_not_found', 'The build of the deploy is not there.');
    const runtime = await buildRunner.runtimeOf(build);
    const { bundleId, source } = deploy;
    return { buildId: build.id, bundleId, detector: build.plan?.detector ?? 'unknown', runtime, source };
  }
}
