import { RigError, toErrorDocument } from '@rig-ops/contract/errors';
import { type Clock, timestampOf } from '../../clock.ts';
import { newId } from '../../ids.ts';
import type { AppRecord, AppStore } from '../apps/app-store.ts';
import type { EventLog } from '../events/event-log.ts';
import type { InstanceRetirer } from '../instances/instance-retirer.ts';
import type { InstanceStore } from '../instances/instance-store.ts';
import type { ReleaseRecord, ReleaseStore } from '../releases/release-store.ts';
import { NO_ROLLOUT } from '../rollouts/rollout-state.ts';
import type { DeployRecord, DeployStore } from './deploy-store.ts';
import type { TrafficSwitch } from './traffic-switch.ts';

export interface DeployUndoOptions {
  apps: AppStore;
  deploys: DeployStore;
  releases: ReleaseStore;
  instances: InstanceStore;
  retirer: InstanceRetirer;
  traffic: TrafficSwitch;
  events: EventLog;
  clock: Clock;
  /** Whether what a build has made is there. */
  isThere: (buildId: string) => Promise<boolean>;
  /** Brings back what a deploy has taken away from the live release. */
  restore: (live: ReleaseRecord, signal: AbortSignal) => Promise<void>;
}

/** Ends deploys that have failed: before their release was live, or while it was watched. Each call may be repeated. */
export class DeployUndo {
  readonly #options: DeployUndoOptions;

  constructor(options: DeployUndoOptions) {
    this.#options = options;
  }

  /** Brings back the release before, where it had to give way, and removes what the deploy has started. */
  async cleanUp(deploy: DeployRecord, signal: AbortSignal): Promise<void> {
    const { clock, deploys, events } = this.#options;
    const { appName, error, id, release } = deploy;
    if (release !== null) await this.#remove(deploy, release, signal);
    await deploys.finish(id, { url: null, at: timestampOf(clock) });
    const what = release === null ? 'A deploy' : `v${release}`;
    await events.append({
      app: appName,
      kind: 'deploy.failed',
      user: deploy.createdBy,
      message: `${what} failed: ${error?.message}`,
      details: { deploy: id, release, step: deploy.step, code: error?.code ?? null },
    });
  }

  /**
   * Ends the deploy of a live release that has failed, and begins the deploy that returns to the one before.
   * @returns that one; null when there is nothing to return to, or it was ended already
   */
  async takeBack(app: AppRecord, deploy: DeployRecord, reason: string): Promise<DeployRecord | null> {
    const { clock, deploys, events, releases } = this.#options;
    const version = deploy.release ?? 0;
    const at = timestampOf(clock);
    await releases.setFailure(app.id, version, reason);
    const from = deploy.rollout.plan?.from ?? null;
    const target = from === null ? null : await this.#returnable(app.id, from);
    const id = newId('dep');
    const next =
      target === null
        ? null
        : {
            id,
            appId: app.id,
            appName: app.name,
            kind: 'rollback' as const,
            bundleId: target.bundleId,
            buildId: target.buildId,
            rollbackTo: target.version,
            configId: null,
            message: `Automatic rollback of v${version}: ${reason}`.slice(0, 2000),
            source: null,
            rollout: { ...NO_ROLLOUT, automatic: true },
            createdBy: deploy.createdBy,
            createdAt: at,
          };
    const error = new RigError(
      'release_taken_back',
      next === null
        ? `v${version} failed: ${reason}. There is no release to return to; it stays live.`
        : `v${version} failed: ${reason}. What was live before comes back: v${from}.`,
      { details: next === null ? {} : { rollback: id, returnsTo: from } },
    );
    const begun = await deploys.failInto(deploy.id, { error: toErrorDocument(error), at }, next);
    await events.append({
      app: app.name,
      kind: 'release.taken-back',
      message: error.message,
      details: { deploy: deploy.id, release: version, returnsTo: next === null ? null : from },
    });
    return begun;
  }

  async #remove(deploy: DeployRecord, version: number, signal: AbortSignal): Promise<void> {
    const { apps, deploys, instances, releases, retirer, traffic } = this.#options;
    const { appId, error, id } = deploy;
    const { plan, share } = deploy.rollout;
    const reason = error?.message ?? 'It failed.';
    await releases.fail(appId, version, reason);
    const app = await apps.getById(appId);
    const live = await releases.live(appId);
    if (app !== undefined && live !== null && live.version === plan?.from)
      await this.#restore(live, plan, signal);
    const hadTraffic = share !== null;
    await instances.setDesired(appId, version, hadTraffic ? 'drain' : 'stop');
    if (hadTraffic && app !== undefined) {
      await traffic.switchTo(app, false, signal);
      await deploys.setRollout(id, { share: null });
    }
    const left = (await instances.ofApp(appId)).filter((instance) => instance.release === version);
    const drainSeconds = hadTraffic ? ((await releases.get(appId, version))?.runtime.drainSeconds ?? 0) : 0;
    await retirer.retire(left, drainSeconds, signal);
  }

  async #restore(
    live: ReleaseRecord,
    plan: NonNullable<DeployRecord['rollout']['plan']>,
    signal: AbortSignal,
  ): Promise<void> {
    if (!plan.inBatches && plan.strategy !== 'recreate') return;
    await this.#options.instances.setDesired(live.appId, live.version, 'run');
    await this.#options.restore(live, signal);
  }

  async #returnable(appId: string, version: number): Promise<ReleaseRecord | null> {
    const release = await this.#options.releases.get(appId, version);
    if (release === null) return null;
    return (await this.#options.isThere(release.buildId)) ? release : null;
  }
}
