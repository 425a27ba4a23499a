import { DEPLOY_STEPS, type Source } from '@rig-ops/contract/resources';
import { RigError } from '@rig-ops/contract/errors';
import { type Clock, timestampOf } from '../../clock.ts';
import { newId } from '../../ids.ts';
import type { AppRecord } from '../apps/app-store.ts';
import type { BuildRunner } from '../builds/build-runner.ts';
import type { BuildStore } from '../builds/build-store.ts';
import type { ConfigBook } from '../config/config-book.ts';
import type { EventLog } from '../events/event-log.ts';
import type { Healthy } from '../instances/check-health.ts';
import { findFreePort, INSTANCE_PORTS } from '../../ports/find-free-port.ts';
import type { InstanceLauncher } from '../instances/instance-launcher.ts';
import type { InstanceRetirer } from '../instances/instance-retirer.ts';
import type { InstanceRecord, InstanceStore, NewInstance } from '../instances/instance-store.ts';
import type { ReleaseRecord, ReleaseStore, RuntimePlan } from '../releases/release-store.ts';
import type { AppPorts } from './app-ports.ts';
import { configOfDeploy } from './config-of-deploy.ts';
import type { DeployRecord, DeployStepName, DeployStore } from './deploy-store.ts';
import type { TrafficSwitch } from './traffic-switch.ts';

export interface DeployStepsOptions {
  deploys: DeployStore;
  configs: ConfigBook;
  builds: BuildStore;
  releases: ReleaseStore;
  instances: InstanceStore;
  ports: AppPorts;
  buildRunner: BuildRunner;
  launcher: InstanceLauncher;
  retirer: InstanceRetirer;
  traffic: TrafficSwitch;
  /** Resolves when an instance is well; throws `release_failed` when it will not be. */
  checkHealth: (instance: InstanceRecord, release: ReleaseRecord, signal: AbortSignal) => Promise<Healthy>;
  events: EventLog;
  clock: Clock;
  /** Called after each change that followers of the deploy may see. */
  onChange: (deployId: string) => void;
}

/** The order of the steps; only a deploy of source has something to build. */
export const stepsOf = (deploy: DeployRecord): readonly DeployStepName[] =>
  deploy.kind === 'deploy' ? DEPLOY_STEPS : DEPLOY_STEPS.slice(1);

/**
 * The steps of a deploy. Each can be cut anywhere and done again from its beginning: what it has noted
 * already it finds, what it has started already is there.
 */
export class DeploySteps {
  readonly #options: DeployStepsOptions;

  constructor(options: DeployStepsOptions) {
    this.#options = options;
  }

  async run(step: DeployStepName, app: AppRecord, deploy: DeployRecord, signal: AbortSignal): Promise<void> {
    switch (step) {
      case 'build':
        return this.#build(deploy, signal);
      case 'start':
        return this.#start(app, deploy, signal);
      case 'health':
        return this.#health(app, deploy, signal);
      case 'switch':
        return this.#switch(app, deploy, signal);
      case 'drain':
        return this.#drain(app, deploy, signal);
    }
  }

  async #build(deploy: DeployRecord, signal: AbortSignal): Promise<void> {
    const { builds, buildRunner, clock, configs, deploys, onChange } = this.#options;
    const id = deploy.buildId ?? newId('bld');
    if (deploy.buildId === null) {
      const { appId, bundleId } = deploy;
      const root = deploy.source?.root ?? '.';
      await builds.create({ id, appId, bundleId, root, createdAt: timestampOf(clock) });
      await deploys.setBuild(deploy.id, id);
    }
    const build = await builds.get(id);
    if (build === null) throw new RigError('build_not_found', `There is no build ${id}.`);
    await buildRunner.run(
      build,
      async (change) => {
        await deploys.addBuildStep(deploy.id, change, timestampOf(clock));
        onChange(deploy.id);
      },
      signal,
      await configs.buildEnvironment(await configOfDeploy(deploy, this.#options)),
    );
  }

  async #start(app: AppRecord, deploy: DeployRecord, signal: AbortSignal): Promise<void> {
    const { deploys, instances, launcher, ports } = this.#options;
    const release = await this.#makeRelease(deploy);
    await deploys.setRelease(deploy.id, release.version);
    if (release.runtime.processes.some(({ name }) => name === 'web')) await ports.ensure(app.id);
    await instances.create(await this.#placesOf(release));
    for (const instance of await this.#instancesOf(release)) {
      signal.throwIfAborted();
      await launcher.launch(app, release, instance);
    }
  }

  async #health(app: AppRecord, deploy: DeployRecord, signal: AbortSignal): Promise<void> {
    const { checkHealth, instances, launcher } = this.#options;
    const release = await this.#releaseOf(app, deploy);
    const started = await this.#instancesOf(release);
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

  async #switch(app: AppRecord, deploy: DeployRecord, signal: AbortSignal): Promise<void> {
    const { clock, configs, events, instances, releases, traffic } = this.#options;
    const release = await this.#releaseOf(app, deploy);
    const isFirst = (await releases.previousLive(app.id)) === null && (await this.#isOnly(app, release));
    await releases.makeLive(app.id, release.version, timestampOf(clock));
    await configs.setHead(app.id, release.configId);
    await instances.drainOthers(app.id, release.version);
    await traffic.switchTo(app, isFirst, signal);
    await events.append({ app: app.name, kind: 'release.live', message: `v${release.version} is live.` });
  }

  async #drain(app: AppRecord, deploy: DeployRecord, signal: AbortSignal): Promise<void> {
    const { instances, releases, retirer } = this.#options;
    const old = (await instances.ofApp(app.id)).filter(({ desired }) => desired !== 'run');
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

  async #makeRelease(deploy: DeployRecord): Promise<ReleaseRecord> {
    const { clock, releases } = this.#options;
    const { appId, bundleId, createdBy, id: deployId, message, rollbackTo } = deploy;
    const { buildId, detector, runtime, source } = await this.#contentOf(deploy);
    return releases.create({
      appId,
      deployId,
      buildId,
      bundleId,
      detector,
      configId: await configOfDeploy(deploy, this.#options),
      runtime,
      rollbackOf: rollbackTo,
      message,
      source,
      createdBy,
      createdAt: timestampOf(clock),
    });
  }

  async #contentOf(
    deploy: DeployRecord,
  ): Promise<{ buildId: string; detector: string; runtime: RuntimePlan; source: Source | null }> {
    const { builds, buildRunner, releases } = this.#options;
    if (deploy.rollbackTo !== null) {
      const old = await releases.get(deploy.appId, deploy.rollbackTo);
      if (old === null) throw new RigError('release_not_found', `There is no v${deploy.rollbackTo}.`);
      return old;
    }
    if (deploy.kind === 'config') {
      const live = await releases.live(deploy.appId);
      if (live === null) throw new RigError('release_not_found', `${deploy.appName} has no live release.`);
      return live;
    }
    const build = deploy.buildId === null ? null : await builds.get(deploy.buildId);
    if (build === null) throw new RigError('build_not_found', 'The build of the deploy is not there.');
    const runtime = await buildRunner.runtimeOf(build);
    return { buildId: build.id, detector: build.plan?.detector ?? 'unknown', runtime, source: deploy.source };
  }

  async #releaseOf(app: AppRecord, deploy: DeployRecord): Promise<ReleaseRecord> {
    const release = await this.#options.releases.get(app.id, deploy.release ?? 0);
    if (release === null)
      throw new RigError('release_not_found', `The release of ${app.name} that was to go live is not there.`);
    return release;
  }

  async #instancesOf(release: ReleaseRecord): Promise<InstanceRecord[]> {
    const all = await this.#options.instances.ofApp(release.appId);
    return all.filter((instance) => instance.release === release.version);
  }

  /** A row for each place in the process table that has none yet; `web` gets a port. */
  async #placesOf(release: ReleaseRecord): Promise<NewInstance[]> {
    const { clock, instances } = this.#options;
    const taken = new Set((await instances.list()).flatMap(({ port }) => port ?? []));
    const existing = await this.#instancesOf(release);
    const places: NewInstance[] = [];
    for (const process of release.runtime.processes) {
      for (let ordinal = 1; ordinal <= process.instances; ordinal += 1) {
        if (existing.some((other) => other.process === process.name && other.ordinal === ordinal)) continue;
        const port = process.name === 'web' ? await this.#choosePort(taken) : null;
        places.push({
          id: newId('ins'),
          appId: release.appId,
          release: release.version,
          process: process.name,
          ordinal,
          port,
          createdAt: timestampOf(clock),
        });
      }
    }
    return places;
  }

  async #choosePort(taken: Set<number>): Promise<number> {
    const { first, last } = INSTANCE_PORTS;
    // A random start, so that a port that was just given up is not the next one taken.
    const start = first + Math.floor(Math.random() * (last - first + 1));
    const port = await findFreePort(INSTANCE_PORTS, start, taken);
    if (port === null)
      throw new RigError('port_taken', `No port between ${first} and ${last} is free for the instance.`);
    taken.add(port);
    return port;
  }
}
