import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { RigError, toErrorDocument } from '@rig-ops/contract/errors';
import { type Clock, timestampOf } from '../../clock.ts';
import type { Logger } from '../../logger.ts';
import type { AppRecord, AppStore } from '../apps/app-store.ts';
import { toStepError } from '../builds/to-step-error.ts';
import type { EventLog } from '../events/event-log.ts';
import type { InstanceRetirer } from '../instances/instance-retirer.ts';
import type { InstanceStore } from '../instances/instance-store.ts';
import type { ReleaseStore } from '../releases/release-store.ts';
import { type AppPorts, urlOfPort } from './app-ports.ts';
import { type DeploySteps, stepsOf } from './deploy-steps.ts';
import type { DeployRecord, DeployStore } from './deploy-store.ts';

/** Between two tries of a deploy that can no longer fail, only take longer. */
const RETRY_MS = 1_000;

export interface DeployRunnerOptions {
  apps: AppStore;
  deploys: DeployStore;
  releases: ReleaseStore;
  instances: InstanceStore;
  ports: AppPorts;
  steps: DeploySteps;
  retirer: InstanceRetirer;
  events: EventLog;
  clock: Clock;
  log: Logger;
  onChange: (deployId: string) => void;
  /** Called after a deploy has ended. */
  onEnd: (app: AppRecord) => Promise<void>;
}

interface Running {
  appId: string;
  cancel: AbortController;
  ended: Promise<void>;
}

/**
 * Runs deploys, each from the step it is noted in: see docs/adr/0003-deploy-state-machine.md. Ending rigd
 * changes nothing of a deploy; the next life goes on with it.
 */
export class DeployRunner {
  readonly #options: DeployRunnerOptions;
  readonly #running = new Map<string, Running>();

  constructor(options: DeployRunnerOptions) {
    this.#options = options;
  }

  /** Whether a deploy of the app is under way here. */
  isDeploying(appId: string): boolean {
    return [...this.#running.values()].some((running) => running.appId === appId);
  }

  /** Begins or resumes a deploy; returns at once. `signal` ends it without a trace. */
  start(deploy: DeployRecord, signal: AbortSignal): void {
    if (this.#running.has(deploy.id) || signal.aborted) return;
    const cancel = new AbortController();
    const either = AbortSignal.any([signal, cancel.signal]);
    setMaxListeners(0, either);
    const ended = this.#run(deploy.id, either, signal, cancel.signal)
      .catch((error: unknown) => {
        if (!signal.aborted) this.#options.log.error('a deploy broke off', { error, deploy: deploy.id });
      })
      .finally(() => this.#running.delete(deploy.id));
    this.#running.set(deploy.id, { appId: deploy.appId, cancel, ended });
  }

  /** Ends the deploy of an app that is going away; resolves when it has cleaned up. */
  async cancelApp(appId: string): Promise<void> {
    const running = [...this.#running.values()].filter((each) => each.appId === appId);
    for (const { cancel } of running)
      cancel.abort(new RigError('cancelled', 'The app was destroyed while it was being deployed.'));
    await Promise.all(running.map(({ ended }) => ended));
  }

  /** Resolves when no deploy is under way here; they end with the signal they were given. */
  async settle(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
  }

  /** `life` ends with rigd; `either` also when the app goes away. */
  async #run(id: string, either: AbortSignal, life: AbortSignal, cancelled: AbortSignal): Promise<void> {
    for (;;) {
      try {
        await this.#advance(id, either, life);
        return;
      } catch (error) {
        life.throwIfAborted();
        const stage = await this.#stageOf(id);
        if (stage === 'over') return;
        if (stage === 'live' && cancelled.aborted) {
          await this.#options.deploys.finish(id, { url: null, at: timestampOf(this.#options.clock) });
          this.#options.onChange(id);
          return;
        }
        if (stage === 'open') {
          await this.#noteFailure(id, cancelled.aborted ? cancelled.reason : error);
          continue;
        }
        this.#options.log.warn('a deploy could not go on; trying again', { error, deploy: id });
        await delay(RETRY_MS, undefined, { signal: life });
      }
    }
  }

  /** Runs the steps from the one it is in to the last, or the clean-up of one that has failed. */
  async #advance(id: string, either: AbortSignal, life: AbortSignal): Promise<void> {
    const { apps, clock, deploys, onChange, onEnd, ports, releases, steps } = this.#options;
    const first = await this.#find(id);
    if (first.error !== null) {
      await this.#cleanUp(first, life);
      return;
    }
    const app = await apps.getById(first.appId);
    if (app === undefined) throw new RigError('cancelled', `${first.appName} is being destroyed.`);
    const names = stepsOf(first);
    for (const step of names.slice(Math.max(0, names.indexOf(first.step ?? 'build')))) {
      either.throwIfAborted();
      const deploy = await deploys.enterStep(id, step, timestampOf(clock));
      onChange(id);
      await steps.run(step, app, deploy, either);
    }
    const { release: version } = await this.#find(id);
    const release = version === null ? null : await releases.get(app.id, version);
    const hasWeb = release?.runtime.processes.some(({ name }) => name === 'web') === true;
    const port = hasWeb ? await ports.get(app.id) : null;
    await deploys.finish(id, { url: port === null ? null : urlOfPort(port), at: timestampOf(clock) });
    onChange(id);
    await onEnd(app);
  }

  /** `open`: it can still fail; `failing`: it has failed and cleans up; `live`: there is no way back; `over`: nothing is left to do. */
  async #stageOf(id: string): Promise<'open' | 'failing' | 'live' | 'over'> {
    const { deploys, releases } = this.#options;
    const deploy = await deploys.get(id);
    if (deploy === null || deploy.status !== 'running') return 'over';
    if (deploy.error !== null) return 'failing';
    if (deploy.release === null) return 'open';
    return (await releases.get(deploy.appId, deploy.release))?.status === 'live' ? 'live' : 'open';
  }

  async #noteFailure(id: string, thrown: unknown): Promise<void> {
    const error = toStepError(thrown);
    if (error.code === 'unexpected')
      this.#options.log.error('a deploy failed', { error: thrown, deploy: id });
    await this.#options.deploys.setError(id, toErrorDocument(error));
  }

  /** Removes what a failed deploy has started, then ends it. */
  async #cleanUp(deploy: DeployRecord, signal: AbortSignal): Promise<void> {
    const { apps, clock, deploys, events, instances, onChange, onEnd, releases, retirer } = this.#options;
    const { appId, appName, error, id, release } = deploy;
    if (release !== null) {
      await releases.fail(appId, release, error?.message ?? 'It failed.');
      await instances.setDesired(appId, release, 'stop');
      const left = (await instances.ofApp(appId)).filter((instance) => instance.release === release);
      await retirer.retire(left, 0, signal);
    }
    await deploys.finish(id, { url: null, at: timestampOf(clock) });
    onChange(id);
    const what = release === null ? 'A deploy' : `v${release}`;
    await events.append({
      app: appName,
      kind: 'deploy.failed',
      message: `${what} failed: ${error?.message}`,
    });
    const app = await apps.getById(appId);
    if (app !== undefined) await onEnd(app);
  }

  async #find(id: string): Promise<DeployRecord> {
    const deploy = await this.#options.deploys.get(id);
    if (deploy === null) throw new RigError('deploy_not_found', `There is no deploy ${id}.`);
    return deploy;
  }
}
