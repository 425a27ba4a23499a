import { RigError } from '@rig-ops/contract/errors';
import { NO_ROLLOUT, type RolloutState } from '../rollouts/rollout-state.ts';
import type {
  BuildStepChange,
  DeployEventRecord,
  DeployRecord,
  DeployStepName,
  NewDeploy,
} from './deploy-store.ts';

/** A deploy after a change, and the events of the change. */
export interface Transition {
  deploy: DeployRecord;
  events: DeployEventRecord[];
}

const millisecondsBetween = (from: string | null, to: string): number =>
  from === null ? 0 : Math.max(0, Date.parse(to) - Date.parse(from));

/** A deploy as it begins: running, in no step yet. */
export function beginDeploy(deploy: NewDeploy): DeployRecord {
  return {
    ...deploy,
    rollout: deploy.rollout ?? NO_ROLLOUT,
    reusedBuild: false,
    status: 'running',
    step: null,
    stepStartedAt: null,
    release: null,
    url: null,
    error: null,
    endedAt: null,
  };
}

/** A deploy as long as it waits for its turn. */
export function queueDeploy(deploy: NewDeploy): DeployRecord {
  return { ...beginDeploy(deploy), status: 'queued' };
}

/** Moves on to `step`; the step before has succeeded. A deploy that is in it already stays as it is. */
export function enterStep(before: DeployRecord, step: DeployStepName, at: string): Transition {
  if (before.step === step || before.status !== 'running') return { deploy: before, events: [] };
  // In the transaction of the step: a wish to end it that was accepted comes before the switch, or not at all.
  const { cancelledBy: user } = before.rollout;
  if (user !== null && !LIVE_STEPS.has(before.step)) throw cancelledBy(user);
  const deploy: DeployRecord = { ...before, step, stepStartedAt: at };
  const events: DeployEventRecord[] = [];
  if (before.step !== null) {
    const durationMs = millisecondsBetween(before.stepStartedAt, at);
    events.push({ type: 'step', step: before.step, status: 'succeeded', durationMs, at, deploy: before });
  }
  events.push({ type: 'step', step, status: 'started', at, deploy });
  return { deploy, events };
}

/** Notes how far the rollout of a deploy is. */
export function changeRollout(
  before: DeployRecord,
  change: Partial<RolloutState>,
  told?: { message: string; at: string },
): Transition {
  const deploy = { ...before, rollout: { ...before.rollout, ...change } };
  return { deploy, events: told === undefined ? [] : [{ type: 'note', ...told, deploy }] };
}

/** Steps in which the release is live, or becomes it. */
const LIVE_STEPS: ReadonlySet<DeployStepName | null> = new Set(['switch', 'drain', 'watch']);

/** Why a deploy fails that somebody has cancelled. */
export function cancelledBy(user: string): RigError {
  return new RigError('cancelled', `The deploy was cancelled by ${user}.`);
}

/** Notes that it is to end, or while it is watched to be taken back. @throws RigError `deploy_not_cancellable` */
export function requestCancel(before: DeployRecord, user: string): Transition {
  const { appName, error, release, rollout, status, step } = before;
  if (status !== 'running' || error !== null)
    throw new RigError('deploy_not_cancellable', `The deploy of ${appName} has ended, or is ending.`);
  if (step === 'switch' || step === 'drain')
    throw new RigError('deploy_not_cancellable', `v${release} of ${appName} is live already.`);
  return {
    deploy: { ...before, rollout: { ...rollout, cancelledBy: rollout.cancelledBy ?? user } },
    events: [],
  };
}

/** Its build waits for its turn. */
export function addBuildPosition(deploy: DeployRecord, position: number, at: string): Transition {
  return { deploy, events: [{ type: 'build-queued', position, at, deploy }] };
}

/** Tells about one step of the build. */
export function addBuildStep(deploy: DeployRecord, change: BuildStepChange, at: string): Transition {
  return { deploy, events: [{ type: 'build-step', ...change, at, deploy }] };
}

/** Ends a deploy: as failed when it has an error, else as succeeded. One that has ended stays as it is. */
export function finishDeploy(before: DeployRecord, end: { url: string | null; at: string }): Transition {
  if (before.status !== 'running') return { deploy: before, events: [] };
  const failed = before.error !== null;
  const deploy: DeployRecord = {
    ...before,
    status: failed ? 'failed' : 'succeeded',
    step: failed ? before.step : null,
    url: failed ? before.url : end.url,
    endedAt: end.at,
  };
  const events: DeployEventRecord[] = [];
  if (before.step !== null) {
    events.push({
      type: 'step',
      step: before.step,
      status: failed ? 'failed' : 'succeeded',
      durationMs: millisecondsBetween(before.stepStartedAt, end.at),
      at: end.at,
      deploy: before,
    });
  }
  events.push({ type: 'done', at: end.at, deploy });
  return { deploy, events };
}
