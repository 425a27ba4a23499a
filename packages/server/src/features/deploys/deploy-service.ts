import { manifestId } from '@rig-ops/bundle';
import type { BundleManifest } from '@rig-ops/contract/bundle-manifest';
import { RigError } from '@rig-ops/contract/errors';
import type {
  BuildOptions,
  ConfigChange,
  Deploy,
  DeployEvent,
  RollbackPart,
  RolloutOrder,
  Source,
} from '@rig-ops/contract/resources';
import type { DeployGuard } from '@rig-ops/contract/routes';
import { type Clock, timestampOf } from '../../clock.ts';
import { newId } from '../../ids.ts';
import type { Page, PageQuery } from '../../store/page.ts';
import type { AppRecord, AppStore } from '../apps/app-store.ts';
import { requireApp } from '../apps/require-app.ts';
import type { BundleStore } from '../bundles/bundle-store.ts';
import type { ConfigChanges } from '../config/config-changes.ts';
import { parseReference } from '../images/parse-reference.ts';
import type { ReleaseRecord, ReleaseStore } from '../releases/release-store.ts';
import type { ChangeSignal } from '../../change-signal.ts';
import { NO_ROLLOUT, type RolloutState } from '../rollouts/rollout-state.ts';
import type { DeployQueue } from './deploy-queue.ts';
import type { DeployRecord, DeployStore, NewDeploy } from './deploy-store.ts';
import type { RequirePlace } from './require-place.ts';
import { queueDeploy } from './deploy-transitions.ts';
import { shownSource } from './shown-source.ts';
import { toDeploy, toDeployEvent } from './to-deploy.ts';

export interface DeployServiceOptions {
  apps: AppStore;
  bundles: BundleStore;
  deploys: DeployStore;
  releases: ReleaseStore;
  clock: Clock;
  changes: ChangeSignal;
  configs: Pick<ConfigChanges, 'withChange'>;
  /** Whether what a build has made is there. */
  isThere: (buildId: string) => Promise<boolean>;
  /** Whether what an app runs is an image. */
  runsImages: (app: AppRecord) => boolean;
  /** Whether there is where it would run. */
  requirePlace: RequirePlace;
  queue: DeployQueue;
}

/** What a deploy is asked to be. */
export interface DeployOrder {
  /** Absent where all there is of it is an image. */
  bundle?: string | undefined;
  /** An image that is there already. */
  image?: string | undefined;
  message?: string | undefined;
  source?: Source | undefined;
  /** Becomes the app's together with the release. */
  config?: ConfigChange | undefined;
  rollout?: RolloutOrder | undefined;
  guard?: DeployGuard | undefined;
  build?: BuildOptions | undefined;
}

/** What a rollback is asked to be. */
export interface RollbackOrder {
  /** The one that was live before when absent. */
  to?: number | undefined;
  /** The part of it that comes back; the other stays as it is live. */
  only?: RollbackPart | undefined;
  guard?: DeployGuard | undefined;
}

/** Takes orders for deploys and tells how they go. */
export class DeployService {
  readonly #options: DeployServiceOptions;

  constructor(options: DeployServiceOptions) {
    this.#options = options;
  }

  /** @throws RigError `app_not_found`, `not_found`, `bundle_incomplete`, `deploy_in_progress`, `invalid_config` and its kin, `pod_url_missing`, `cluster_…` */
  async deploy(appName: string, order: DeployOrder, user: string): Promise<DeployRecord> {
    const { message = null, source, config = {}, rollout, guard = {}, build, image } = order;
    const app = await requireApp(this.#options.apps, appName);
    const known = await this.#orderedBefore(app, guard, user);
    if (known !== null) return known;
    if (image !== undefined) this.#checkImage(app, image, build);
    await this.#options.requirePlace(app, image === undefined);
    const bundleId = await this.#bundleOf(app, order);
    return this.#options.configs.withChange(app, config, user, (configId) =>
      this.#order(
        app,
        user,
        {
          kind: 'deploy',
          bundleId,
          buildId: null,
          rollbackTo: null,
          configId,
          message,
          source: source === undefined ? null : shownSource(source),
          rollout: rolloutAsked(rollout),
          buildOptions:
            build === undefined && image === undefined
              ? null
              : {
                  rebuild: build?.rebuild ?? false,
                  cache: build?.cache ?? true,
                  ...(image === undefined ? {} : { image }),
                },
        },
        guard,
      ),
    );
  }

  /**
   * Makes a release of what is live with the variables of `configId`, or with what the app has.
   * @throws RigError `deploy_in_progress`
   */
  async reconfigure(
    app: AppRecord,
    live: ReleaseRecord,
    configId: string | null,
    user: string,
  ): Promise<DeployRecord> {
    await this.#options.requirePlace(app, live.runtime.fetched === true);
    const { buildId, bundleId } = live;
    return this.#order(app, user, {
      kind: 'config',
      bundleId,
      buildId,
      rollbackTo: null,
      configId,
      message: null,
      source: null,
    });
  }

  /** @throws RigError `app_not_found`, `release_not_found`, `release_current`, `deploy_in_progress` */
  async rollBack(appName: string, order: RollbackOrder, user: string): Promise<DeployRecord> {
    const { guard, only = null, to = null } = order;
    const app = await requireApp(this.#options.apps, appName);
    const known = await this.#orderedBefore(app, guard, user);
    if (known !== null) return known;
    const release = await this.#releaseToReturnTo(app, to);
    const content = only === 'config' ? ((await this.#options.releases.live(app.id)) ?? release) : release;
    if (!(await this.#options.isThere(content.buildId))) {
      const what = content.runtime.image === undefined ? 'The files' : 'The image';
      throw new RigError(
        'release_not_found',
        `${what} of v${content.version} of ${app.name} ${content.runtime.image === undefined ? 'are' : 'is'} not kept any more.`,
        { hint: 'Run `rig releases list` and choose a later one, or deploy its source again.' },
      );
    }
    await this.#options.requirePlace(app, content.runtime.fetched === true);
    const { buildId, bundleId } = content;
    const what = {
      kind: 'rollback',
      bundleId,
      buildId,
      rollbackTo: release.version,
      rollbackOnly: only,
      configId: null,
      message: null,
      source: null,
    } as const;
    return this.#order(app, user, what, guard);
  }

  /**
   * Ends the steps of a canary.
   * @throws RigError `app_not_found`, `deploy_not_found`, `deploy_not_promotable`
   */
  async promote(appName: string): Promise<DeployRecord> {
    const { error, id, step } = await this.requireRunning(appName);
    if (step !== 'canary' || error !== null)
      throw new RigError('deploy_not_promotable', `The deploy of ${appName} is in no canary now.`);
    return this.#options.deploys.setRollout(id, { promoted: true });
  }

  /** The deploy of an app that is under way. @throws RigError `app_not_found`, `deploy_not_found` */
  async requireRunning(appName: string): Promise<DeployRecord> {
    const app = await requireApp(this.#options.apps, appName);
    const running = (await this.#options.deploys.running()).find(({ appId }) => appId === app.id);
    if (running === undefined)
      throw new RigError('deploy_not_found', `No deploy of ${app.name} is under way.`);
    return running;
  }

  /** The deploy of an app that is under way, else the only one that waits. @throws RigError `app_not_found`, `deploy_not_found` */
  async requireCurrent(appName: string): Promise<DeployRecord> {
    const app = await requireApp(this.#options.apps, appName);
    const running = (await this.#options.deploys.running()).find(({ appId }) => appId === app.id);
    if (running !== undefined) return running;
    const [first, ...others] = await this.#options.deploys.queued(app.id);
    if (first === undefined) throw new RigError('deploy_not_found', `No deploy of ${app.name} is under way.`);
    if (others.length > 0)
      throw new RigError('deploy_not_found', `${others.length + 1} deploys of ${app.name} wait.`, {
        hint: 'Name the one you mean: `rig releases cancel --deploy DEPLOY`.',
        details: { waiting: [first, ...others].map(({ deploy }) => deploy.id) },
      });
    return queueDeploy(first.deploy);
  }

  /** @throws RigError `deploy_not_found` */
  async require(id: string): Promise<DeployRecord> {
    const deploy = await this.#options.deploys.get(id);
    if (deploy === null)
      throw new RigError('deploy_not_found', `There is no deploy ${JSON.stringify(id.slice(0, 100))}.`);
    return deploy;
  }

  /** Every event from the `after`-th on, as they come; ends behind `done`, or when the deploy is removed. */
  async *events(id: string, after: number, signal: AbortSignal): AsyncIterable<DeployEvent> {
    const { changes, deploys } = this.#options;
    for (let seen = after; ; ) {
      // Listens before it looks, so that nothing falls between.
      const ended = new AbortController();
      const changed = changes.next(id, AbortSignal.any([signal, ended.signal]));
      try {
        // In this order: of a deploy that had ended before, the events are all there.
        const deploy = await deploys.get(id);
        const events = await deploys.events(id, seen);
        for (const event of events) {
          seen += 1;
          yield toDeployEvent(event);
        }
        if (events.some(({ type }) => type === 'done')) return;
        if (deploy === null || (deploy.status !== 'running' && deploy.status !== 'queued')) return;
        if (events.length === 0) await changed;
        signal.throwIfAborted();
      } finally {
        ended.abort();
      }
    }
  }

  /** A deploy as the API tells it, with its place in the queue. */
  async describe(deploy: DeployRecord): Promise<Deploy> {
    if (deploy.status !== 'queued') return toDeploy(deploy);
    const place = await this.#options.queue.placeOf(deploy);
    // It has begun, or ended, since it was read.
    if (place === null) return toDeploy((await this.#options.deploys.get(deploy.id)) ?? deploy);
    return toDeploy(deploy, place);
  }

  /** The deploys of an app, newest first; those that wait are on the first page. */
  async list(appName: string, query: PageQuery): Promise<Page<Deploy>> {
    const { apps, deploys } = this.#options;
    const app = await requireApp(apps, appName);
    const queued = query.cursor === undefined ? await deploys.queued(app.id) : [];
    const { items, nextCursor } = await deploys.page(app.id, query);
    const waiting = await Promise.all(
      queued.toReversed().map(({ deploy }) => this.describe(queueDeploy(deploy))),
    );
    return { items: [...waiting, ...items.map((deploy) => toDeploy(deploy))], nextCursor };
  }

  #checkImage(app: AppRecord, image: string, build: BuildOptions = {}): void {
    parseReference(image);
    if (!this.#options.runsImages(app))
      throw new RigError(
        'images_not_supported',
        `${app.name} is on an engine that runs programs of its machine, not images.`,
      );
    if (build.rebuild !== undefined || build.cache !== undefined)
      throw new RigError('invalid_input', 'An image that is there already is not built.');
  }

  /** The bundle that was asked for; an empty one where an image is all there is. */
  async #bundleOf(app: AppRecord, { bundle: id, image }: DeployOrder): Promise<string> {
    const { bundles, clock } = this.#options;
    if (id === undefined) {
      if (image === undefined)
        throw new RigError('invalid_input', 'There is nothing to deploy: name a bundle or an image.');
      const manifest: BundleManifest = { version: 1, entries: [] };
      const empty = manifestId(manifest);
      const at = timestampOf(clock);
      await bundles.announce({ id: empty, appId: app.id, manifest, at });
      await bundles.markCommitted(app.id, empty, at);
      return empty;
    }
    const bundle = await bundles.find(app.id, id);
    if (bundle === undefined)
      throw new RigError('not_found', `${app.name} has no bundle ${JSON.stringify(id)}.`, {
        hint: 'Announce and upload the bundle first.',
      });
    if (!bundle.committed)
      throw new RigError('bundle_incomplete', 'The bundle was not committed: not all of it has arrived.');
    return id;
  }

  async #order(
    app: AppRecord,
    user: string,
    what: Pick<
      DeployRecord,
      'kind' | 'bundleId' | 'buildId' | 'rollbackTo' | 'configId' | 'message' | 'source'
    > &
      Pick<NewDeploy, 'rollout' | 'rollbackOnly' | 'buildOptions'>,
    guard: DeployGuard = {},
  ): Promise<DeployRecord> {
    const { clock, queue } = this.#options;
    const deploy = {
      id: guard.id ?? newId('dep'),
      appId: app.id,
      appName: app.name,
      createdBy: user,
      createdAt: timestampOf(clock),
      ...what,
    };
    const { expect, waitSeconds } = guard;
    if (expect !== undefined && waitSeconds !== undefined)
      throw new RigError('invalid_input', 'A deploy that expects something of the app cannot wait.');
    return queue.order(deploy, { expect, waitSeconds });
  }

  /** The deploy that a client has asked for before, without having heard the answer. */
  async #orderedBefore(app: AppRecord, { id }: DeployGuard = {}, user: string): Promise<DeployRecord | null> {
    const known = id === undefined ? null : await this.#options.deploys.get(id);
    if (known !== null && (known.appId !== app.id || known.createdBy !== user))
      throw new RigError('invalid_input', 'The id that was chosen for the deploy is in use.');
    return known;
  }

  async #releaseToReturnTo(app: AppRecord, version: number | null): Promise<ReleaseRecord> {
    const { releases } = this.#options;
    const release =
      version === null ? await releases.previousLive(app.id) : await releases.get(app.id, version);
    if (release === null)
      throw new RigError(
        'release_not_found',
        version === null
          ? `${app.name} has no release to return to: none was live before.`
          : `${app.name} has no release v${version}.`,
      );
    if (release.status === 'live')
      throw new RigError('release_current', `v${release.version} of ${app.name} is live already.`);
    if (release.liveAt === null)
      throw new RigError('release_not_found', `v${release.version} of ${app.name} never went live.`, {
        hint: 'Choose one that `rig releases list` shows as superseded.',
      });
    return release;
  }
}

const rolloutAsked = (order: RolloutOrder | undefined): RolloutState => ({
  ...NO_ROLLOUT,
  order: order ?? null,
});
