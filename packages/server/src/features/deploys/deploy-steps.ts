import { type Clock, timestampOf } from '../../clock.ts';
import type { AppRecord } from '../apps/app-store.ts';
import type { BuildStore } from '../builds/build-store.ts';
import type { ConfigBook } from '../config/config-book.ts';
import type { EventLog } from '../events/event-log.ts';
import type { Healthy } from '../instances/check-health.ts';
import type { InstanceLauncher } from '../instances/instance-launcher.ts';
import { type InstancePlaces, placesOf } from '../instances/instance-places.ts';
import type { InstanceRetirer } from '../instances/instance-retirer.ts';
import type { InstanceRecord, InstanceStore } from '../instances/instance-store.ts';
import { isKept } from '../instances/is-kept.ts';
import type { ReleaseRecord, ReleaseStore } from '../releases/release-store.ts';
import type { Canary } from '../rollouts/canary.ts';
import type { KeptInstances } from '../rollouts/kept-instances.ts';
import type { ReleasePhase } from '../rollouts/release-phase.ts';
import type { Rolling } from '../rollouts/rolling.ts';
import { surgeOf } from '../rollouts/rollout-settings.ts';
import type { ReleaseWatch } from '../rollouts/watch-release.ts';
import type { AppPorts } from './app-ports.ts';
import type { DeployBuilds } from './deploy-builds.ts';
import type { DeployRecord, DeployStepName, DeployStore } from './deploy-store.ts';
import type { ReleaseMaker } from './release-maker.ts';
import type { TrafficSwitch } from './traffic-switch.ts';

export interface DeployStepsOptions {
  deploys: DeployStore;
  /** The variables of apps; a release makes its own the app's. */
  configs: Pick<ConfigBook, 'setHead'>;
  builds: BuildStore;
  releases: ReleaseStore;
  instances: InstanceStore;
  ports: AppPorts;
  deployBuilds: DeployBuilds;
  maker: ReleaseMaker;
  launcher: InstanceLauncher;
  places: InstancePlaces;
  kept: KeptInstances;
  retirer: InstanceRetirer;
  traffic: TrafficSwitch;
  phase: ReleasePhase;
  rolling: Rolling;
  canary: Canary;
  watch: ReleaseWatch;
  countsOf: (release: ReleaseRecord) => ReadonlyMap<string, number>;
  /** Resolves when an instance is well; throws `release_failed` when it will not be. */
  checkHealth: (instance: InstanceRecord, release: ReleaseRecord, signal: AbortSignal) => Promise<Healthy>;
  /** Has the image of a release where its instances are started; tells when that takes a while. */
  bringImage: (release: ReleaseRecord, onFetch: () => Promise<void>, signal: AbortSignal) => Promise<void>;
  events: EventLog;
  clock: Clock;
  /** Called after each change that followers of the deploy may see. */
  onChange: (deployId: string) => void;
}

/**
 * The steps of a deploy. Each can be cut anywhere and done again from its beginning: what it has noted
 * already it finds, what it has started already is there.
 */
export class DeploySteps {
  readonly #options: DeployStepsOptions;

  constructor(options: DeployStepsOptions) {
    this.#options = options;
  }

  /** @returns why a release that is live has to be taken back; null when the step went well */
  async run(
    step: DeployStepName,
    app: AppRecord,
    deploy: DeployRecord,
    signal: AbortSignal,
  ): Promise<string | null> {
    if (step === 'build') {
      await this.#options.deployBuilds.build(app, deploy, signal);
      return null;
    }
    const release = await this.#options.maker.require(app.id, deploy.release);
    if (step === 'release' || step === 'stop' || step === 'start') await this.#fetch(release, deploy, signal);
    if (step === 'watch') return this.#options.watch.run(app, release, deploy, signal);
    await this.#bring(step, app, release, deploy, signal);
    return null;
  }

  /** Before anything gives way to it. */
  async #fetch(release: ReleaseRecord, deploy: DeployRecord, signal: AbortSignal): Promise<void> {
    const { bringImage, clock, deploys, onChange } = this.#options;
    const tell = async () => {
      const message = `The image of v${release.version} is fetched from its registry.`;
      await deploys.setRollout(deploy.id, {}, { message, at: timestampOf(clock) });
      onChange(deploy.id);
    };
    await bringImage(release, tell, signal);
  }

  /** Launches what was noted for a release and waits until all of it is well. */
  async bringUp(app: AppRecord, release: ReleaseRecord, signal: AbortSignal): Promise<void> {
    const { checkHealth, instances, launcher, places } = this.#options;
    const started = await places.ofRelease(release);
    // An engine that was itself restarted since knows nothing of them.
    for (const instance of started) await launcher.launch(app, release, instance);
    const failed = new AbortController();
    const either = AbortSignal.any([signal, failed.signal]);
    const checks = started.map(async (instance) => {
      try {
        const { host } = await checkHealth(instance, release, either);
        await instances.setHealth(instance.id, 'healthy', host);
      } catch (error) {
        // The first failure is the reason; the other checks need not go on.
        failed.abort(error);
        throw error;
      }
    });
    await Promise.allSettled(checks);
    signal.throwIfAborted();
    failed.signal.throwIfAborted();
  }

  async #bring(
    step: Exclude<DeployStepName, 'build' | 'watch'>,
    app: AppRecord,
    release: ReleaseRecord,
    deploy: DeployRecord,
    signal: AbortSignal,
  ): Promise<void> {
    const { canary, phase, rolling } = this.#options;
    switch (step) {
      case 'release':
        return phase.run(app, release, deploy, signal);
      case 'stop':
        return this.#stop(app, deploy, signal);
      case 'start':
        return this.#start(app, release, deploy, signal);
      case 'health':
        return this.bringUp(app, release, signal);
      case 'roll':
        return rolling.run(app, release, await this.#oldOf(app, deploy), deploy, signal);
      case 'canary':
        return canary.run(app, release, deploy, signal);
      case 'switch':
        return this.#switch(app, release, deploy, signal);
      case 'drain':
        return this.#drain(app, deploy, signal);
    }
  }

  async #stop(app: AppRecord, deploy: DeployRecord, signal: AbortSignal): Promise<void> {
    const { clock, deploys, instances, onChange, places, retirer, traffic } = this.#options;
    const old = await this.#oldOf(app, deploy);
    await instances.setDesired(app.id, old.version, 'drain');
    await traffic.switchTo(app, false, signal);
    const message = `v${old.version} ends; requests fail until the new release is healthy.`;
    await deploys.setRollout(deploy.id, {}, { message, at: timestampOf(clock) });
    onChange(deploy.id);
    await retirer.retire(await places.ofRelease(old), old.runtime.drainSeconds, signal);
  }

  async #start(
    app: AppRecord,
    release: ReleaseRecord,
    deploy: DeployRecord,
    signal: AbortSignal,
  ): Promise<void> {
    const { countsOf, instances, kept, launcher, places, ports } = this.#options;
    const { plan } = deploy.rollout;
    if (release.runtime.processes.some(({ name }) => name === 'web')) await ports.ensure(app.id);
    const adopted = (await kept.for(release)).map(({ id }) => id);
    await instances.adopt(adopted, release.version);
    const counts = [...countsOf(release)].map(([name, count]): [string, number] => [
      name,
      plan?.inBatches === true ? Math.min(count, surgeOf(plan, count)) : count,
    ]);
    await places.fill(release, placesOf(new Map(counts)));
    for (const instance of await places.ofRelease(release)) {
      signal.throwIfAborted();
      await launcher.launch(app, release, instance);
    }
  }

  async #switch(
    app: AppRecord,
    release: ReleaseRecord,
    deploy: DeployRecord,
    signal: AbortSignal,
  ): Promise<void> {
    const { clock, configs, events, instances, releases, traffic } = this.#options;
    const { outcome, plan } = deploy.rollout;
    const isFirst = (await releases.previousLive(app.id)) === null && (await this.#isOnly(app, release));
    const keepsOld = plan?.strategy === 'blue-green' && plan.keepSeconds > 0;
    const keepUntil = keepsOld ? this.#in(plan.keepSeconds) : null;
    if (plan !== null)
      await releases.setRollout(app.id, release.version, { strategy: plan.strategy, outcome });
    await releases.makeLive(app.id, release.version, timestampOf(clock));
    await configs.setHead(app.id, release.configId);
    await instances.drainOthers(app.id, release.version, keepUntil);
    await traffic.switchTo(app, isFirst, signal);
    await events.append({
      app: app.name,
      kind: 'release.live',
      user: deploy.createdBy,
      message: `v${release.version} is live.`,
      details: { deploy: deploy.id, release: release.version, cause: deploy.kind },
    });
  }

  async #drain(app: AppRecord, deploy: DeployRecord, signal: AbortSignal): Promise<void> {
    const { clock, instances, releases, retirer } = this.#options;
    const from = deploy.rollout.plan?.from ?? null;
    const old = (await instances.ofApp(app.id)).filter(
      (instance) => instance.desired !== 'run' && !(instance.release === from && isKept(instance, clock)),
    );
    const versions = new Set(old.map(({ release }) => release));
    const drainSeconds: number[] = [];
    for (const version of versions)
      drainSeconds.push((await releases.get(app.id, version))?.runtime.drainSeconds ?? 0);
    await retirer.retire(old, Math.max(0, ...drainSeconds), signal);
  }

  async #isOnly(app: AppRecord, release: ReleaseRecord): Promise<boolean> {
    const live = await this.#options.releases.live(app.id);
    return live === null || live.version === release.version;
  }

  async #oldOf(app: AppRecord, { rollout: { plan } }: DeployRecord): Promise<ReleaseRecord> {
    return this.#options.maker.require(app.id, plan?.from ?? null);
  }

  #in(seconds: number): string {
    return new Date(this.#options.clock.now().getTime() + seconds * 1000).toISOString();
  }
}
