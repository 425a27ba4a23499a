import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { RigError, toErrorDocument } from '@rig-ops/contract/errors';
import { type Clock, timestampOf } from '../../clock.ts';
import type { Logger } from '../../logger.ts';
import type { AppRecord, AppStore } from '../apps/app-store.ts';
import { toStepError } from '../builds/to-step-error.ts';
import type { ReleaseStore } from '../releases/release-store.ts';
import { type AppPorts, urlOfPort } from './app-ports.ts';
import type { DeployBuilds } from './deploy-builds.ts';
import type { DeploySteps } from './deploy-steps.ts';
import type { DeployRecord, DeployStore } from './deploy-store.ts';
import { cancelledBy } from './deploy-transitions.ts';
import type { DeployUndo } from './deploy-undo.ts';
import type { ReleaseMaker } from './release-maker.ts';
import { isBuilt, stepsOf } from './steps-of.ts';

/** Between two tries of a deploy that can no longer fail, only take longer. */
const RETRY_MS = 1_000;

export interface DeployRunnerOptions {
  apps: AppStore;
  deploys: DeployStore;
  releases: ReleaseStore;
  ports: AppPorts;
  steps: DeploySteps;
  maker: ReleaseMaker;
  undo: DeployUndo;
  deployBuilds: DeployBuilds;
  clock: Clock;
  log: Logger;
  onChange: (deployId: string) => void;
  /** Resolves when nothing else changes what runs of an app. */
  idle: (appId: string) => Promise<void>;
  /** Called after a deploy has ended. */
  onEnd: (app: AppRecord) => Promise<void>;
}

interface Running {
  appId: string;
  /** The app goes away. */
  destroy: AbortController;
  /** Somebody wants it to end. */
  cancel: AbortController;
  ended: Promise<void>;
}

interface Signals {
  /** Ends with this life of rigd. */
  life: AbortSignal;
  destroy: AbortSignal;
  cancel: AbortSignal;
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

  /** Begins or resumes a deploy; returns at once. `life` ends it without a trace. */
  start(deploy: DeployRecord, life: AbortSignal): void {
    if (this.#running.has(deploy.id) || life.aborted) return;
    const destroy = new AbortController();
    const cancel = new AbortController();
    const ended = this.#run(deploy, { life, destroy: destroy.signal, cancel: cancel.signal })
      .catch((error: unknown) => {
        if (!life.aborted) this.#options.log.error('a deploy broke off', { error, deploy: deploy.id });
      })
      .finally(() => this.#running.delete(deploy.id));
    this.#running.set(deploy.id, { appId: deploy.appId, destroy, cancel, ended });
  }

  /** Ends the deploys of an app that is going away; resolves when they have cleaned up. */
  async cancelApp(appId: string): Promise<void> {
    for (;;) {
      const running = [...this.#running.values()].filter((each) => each.appId === appId);
      if (running.length === 0) return;
      for (const { destroy } of running)
        destroy.abort(new RigError('cancelled', 'The app was destroyed while it was being deployed.'));
      // One that ends may have begun another.
      await Promise.all(running.map(({ ended }) => ended));
    }
  }

  /**
   * Ends a deploy whose release is not live yet, or, while that is watched, has it taken back. The wish is noted
   * first: it holds also when this life of rigd ends now.
   * @throws RigError `deploy_not_cancellable`
   */
  async cancel(id: string, user: string): Promise<DeployRecord> {
    const noted = await this.#options.deploys.requestCancel(id, user);
    if (noted.step !== 'watch')
      this.#running.get(id)?.cancel.abort(cancelledBy(noted.rollout.cancelledBy ?? user));
    return noted;
  }

  /** Resolves when a deploy has ended here, and has left what it leaves. */
  async ended(id: string): Promise<void> {
    await this.#running.get(id)?.ended;
  }

  /** Resolves when no deploy is under way here; they end with the signal they were given. */
  async settle(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
  }

  async #run({ id, appId }: DeployRecord, { life, destroy, cancel }: Signals): Promise<void> {
    await this.#options.idle(appId);
    const beforeLive = AbortSignal.any([life, destroy, cancel]);
    const onceLive = AbortSignal.any([life, destroy]);
    for (const signal of [beforeLive, onceLive]) setMaxListeners(0, signal);
    for (;;) {
      try {
        const isLive = (await this.#stageOf(id)) === 'live';
        await this.#advance(id, isLive ? onceLive : beforeLive, life);
        return;
      } catch (error) {
        life.throwIfAborted();
        const stage = await this.#stageOf(id);
        if (stage === 'over') return;
        if (stage === 'live' && destroy.aborted) {
          await this.#options.deploys.finish(id, { url: null, at: timestampOf(this.#options.clock) });
          this.#options.onChange(id);
          return;
        }
        if (stage === 'open') {
          const asked = [destroy, cancel].find(({ aborted }) => aborted);
          await this.#noteFailure(id, asked === undefined ? error : asked.reason);
          continue;
        }
        // Whoever cancelled it was too late: it goes on without that.
        if (stage === 'live' && cancel.aborted && error === cancel.reason) continue;
        this.#options.log.warn('a deploy could not go on; trying again', { error, deploy: id });
        await delay(RETRY_MS, undefined, { signal: life });
      }
    }
  }

  /** Runs the steps from the one it is in to the last, or the clean-up of one that has failed. */
  async #advance(id: string, signal: AbortSignal, life: AbortSignal): Promise<void> {
    const { apps, clock, deploys, maker, onChange, onEnd, ports, releases, steps, undo } = this.#options;
    const first = await this.#find(id);
    if (first.error !== null) {
      await this.#options.deployBuilds.abandon(first);
      await undo.cleanUp(first, life);
      onChange(id);
      const left = await apps.getById(first.appId);
      if (left !== undefined) await onEnd(left);
      return;
    }
    const app = await apps.getById(first.appId);
    if (app === undefined) throw new RigError('cancelled', `${first.appName} is being destroyed.`);
    const isSettled = !isBuilt(first) || (first.step !== null && first.step !== 'build');
    let deploy = isSettled ? await maker.settle(app, first) : first;
    for (let step = deploy.step ?? stepsOf(deploy)[0]; step !== undefined; ) {
      signal.throwIfAborted();
      await this.#throwIfCancelled(deploy);
      deploy = await deploys.enterStep(id, step, timestampOf(clock));
      onChange(id);
      const failure = await steps.run(step, app, deploy, signal);
      if (failure !== null) {
        const next = await undo.takeBack(app, deploy, failure);
        onChange(id);
        if (next !== null) this.start(next, life);
        await onEnd(app);
        return;
      }
      deploy = await maker.settle(app, await this.#find(id));
      const names = stepsOf(deploy);
      step = names[names.indexOf(step) + 1];
    }
    const release = deploy.release === null ? null : await releases.get(app.id, deploy.release);
    const hasWeb = release?.runtime.processes.some(({ name }) => name === 'web') === true;
    const port = hasWeb ? await ports.get(app.id) : null;
    await deploys.finish(id, { url: port === null ? null : urlOfPort(port), at: timestampOf(clock) });
    onChange(id);
    await onEnd(app);
  }

  /** A wish to end it that another life was told of, or that came while nothing could be interrupted. */
  async #throwIfCancelled(deploy: DeployRecord): Promise<void> {
    const { cancelledBy: user } = (await this.#find(deploy.id)).rollout;
    if (user !== null && (await this.#stageOf(deploy.id)) === 'open') throw cancelledBy(user);
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

  async #find(id: string): Promise<DeployRecord> {
    const deploy = await this.#options.deploys.get(id);
    if (deploy === null) throw new RigError('deploy_not_found', `There is no deploy ${id}.`);
    return deploy;
  }
}
