import { describeSeconds } from '@rig-ops/contract/rollout-text';
import { RigError } from '@rig-ops/contract/errors';
import type { CanaryStep } from '@rig-ops/contract/resources';
import { type Clock, timestampOf } from '../../clock.ts';
import type { EngineMirror } from '../../engines/engine-mirror.ts';
import type { Pause } from '../../pause.ts';
import type { AppRecord } from '../apps/app-store.ts';
import type { Edge } from '../deploys/edge.ts';
import type { DeployRecord, DeployStore } from '../deploys/deploy-store.ts';
import type { TrafficSwitch } from '../deploys/traffic-switch.ts';
import type { InstanceRecord } from '../instances/instance-store.ts';
import type { ReleaseRecord } from '../releases/release-store.ts';
import { checkAlive } from './check-alive.ts';
import { judgeTraffic } from './judge-traffic.ts';
import { markOf, trafficSince } from './read-traffic.ts';
import type { RolloutPlan, TrafficMark } from './rollout-state.ts';

/** Between two looks at what the edge has counted, in milliseconds. */
const LOOK_MS = 1_000;

export interface CanaryOptions {
  deploys: DeployStore;
  edge: Edge;
  mirror: EngineMirror;
  traffic: TrafficSwitch;
  clock: Clock;
  pause: Pause;
  instancesOf: (release: ReleaseRecord) => Promise<InstanceRecord[]>;
  lastLines: (instance: InstanceRecord) => Promise<string[]>;
  onChange: (deployId: string) => void;
}

/**
 * Gives a new release a growing part of the requests and compares it with the old one at the edge. Which step
 * it is in, since when and from which counts is kept in the deploy: another life of rigd goes on from there.
 */
export class Canary {
  readonly #options: CanaryOptions;

  constructor(options: CanaryOptions) {
    this.#options = options;
  }

  /** @throws RigError `release_reverted` with what was measured, `release_failed` when an instance ends */
  async run(
    app: AppRecord,
    release: ReleaseRecord,
    deploy: DeployRecord,
    signal: AbortSignal,
  ): Promise<void> {
    const { plan } = deploy.rollout;
    if (plan === null) return;
    for (let index = deploy.rollout.canary?.step ?? 0; index < plan.steps.length; index += 1) {
      const step = plan.steps[index];
      if (step === undefined) return;
      const isPromoted = await this.#runStep({ app, release, plan, index, step, id: deploy.id }, signal);
      if (isPromoted) return;
    }
  }

  async #runStep(now: CanaryMoment, signal: AbortSignal): Promise<boolean> {
    const { clock, deploys, traffic } = this.#options;
    const { app, id, index, plan, step } = now;
    const startedAt = await this.#begin(now, signal);
    await traffic.switchTo(app, false, signal);
    for (let lastTold = ''; ; ) {
      const deploy = await deploys.get(id);
      if (deploy === null || deploy.rollout.promoted) {
        await this.#tell(id, 'Promoted by hand.', true);
        return true;
      }
      await this.#checkAlive(now);
      const counted = await this.#counted(now, deploy.rollout.canary?.mark ?? null, signal);
      if (counted !== null) {
        const verdict = judgeTraffic(counted.fresh, counted.old, plan.limits);
        if (verdict.isWorse)
          throw new RigError(
            'release_reverted',
            `v${now.release.version} was taken back at ${step.percent} % of the requests: ${verdict.text}.`,
          );
        lastTold = verdict.isJudged ? verdict.text : `${verdict.text}; too few to judge`;
        const elapsed = clock.now().getTime() - Date.parse(startedAt);
        if (step.seconds !== null && elapsed >= step.seconds * 1000) {
          await this.#tell(id, `${step.percent} %: ${lastTold}.`, index === plan.steps.length - 1);
          return false;
        }
      }
      // An edge that does not answer is being started again: nothing is promoted unseen.
      await this.#options.pause(LOOK_MS, signal);
    }
  }

  /** Notes the beginning of a step, once. @returns since when it runs */
  async #begin(now: CanaryMoment, signal: AbortSignal): Promise<string> {
    const { clock, deploys, onChange } = this.#options;
    const { id, index, step } = now;
    const before = await deploys.get(id);
    const known = before?.rollout.canary;
    if (known?.step === index && before?.rollout.share === step.percent) return known.startedAt;
    const startedAt = timestampOf(clock);
    const mark = await this.#mark(now, signal);
    const message = `${step.percent} % of the requests go to v${now.release.version} ${lengthOf(step)}.`;
    const change = { canary: { step: index, startedAt, mark }, share: step.percent };
    await deploys.setRollout(id, change, { message, at: startedAt });
    onChange(id);
    return startedAt;
  }

  async #checkAlive({ release }: CanaryMoment): Promise<void> {
    const { instancesOf, lastLines, mirror } = this.#options;
    await checkAlive(await instancesOf(release), mirror, lastLines);
  }

  async #counted(now: CanaryMoment, mark: TrafficMark | null, signal: AbortSignal) {
    const current = await this.#mark(now, signal);
    return current === null ? null : trafficSince(current, mark);
  }

  /** Null when the edge does not answer. */
  async #mark({ app, plan, release }: CanaryMoment, signal: AbortSignal): Promise<TrafficMark | null> {
    try {
      return markOf(await this.#options.edge.metrics(app.id, signal), plan.from, release.version);
    } catch {
      signal.throwIfAborted();
      return null;
    }
  }

  async #tell(id: string, message: string, isOutcome: boolean): Promise<void> {
    const { clock, deploys, onChange } = this.#options;
    const change = isOutcome ? { outcome: message } : {};
    await deploys.setRollout(id, change, { message, at: timestampOf(clock) });
    onChange(id);
  }
}

interface CanaryMoment {
  app: AppRecord;
  release: ReleaseRecord;
  plan: RolloutPlan;
  index: number;
  step: CanaryStep;
  id: string;
}

const lengthOf = ({ seconds }: CanaryStep): string =>
  seconds === null ? 'until it is promoted' : `for ${describeSeconds(seconds)}`;
