import type { Deploy, DeployEvent } from '@rig-ops/contract/resources';
import type { RolloutState } from '../rollouts/rollout-state.ts';
import type { QueuePlace } from './deploy-queue.ts';
import type { DeployEventRecord, DeployRecord } from './deploy-store.ts';

/** A deploy as the API tells it. */
export function toDeploy(deploy: DeployRecord, queue: QueuePlace | null = null): Deploy {
  const { error } = deploy;
  return {
    id: deploy.id,
    app: deploy.appName,
    kind: deploy.kind,
    status: deploy.status,
    step: deploy.step,
    buildId: deploy.buildId,
    reusedBuild: deploy.reusedBuild,
    cancelledBy: deploy.rollout.cancelledBy,
    release: deploy.release,
    url: deploy.url,
    error:
      error === null
        ? null
        : {
            code: error.code,
            message: error.message,
            hint: error.hint,
            exitCode: error.exitCode,
            ...(error.details === undefined ? {} : { details: error.details }),
          },
    rollout: toRollout(deploy.rollout),
    message: deploy.message,
    createdBy: deploy.createdBy,
    createdAt: deploy.createdAt,
    queue,
    endedAt: deploy.endedAt,
  };
}

/** Events that an older rig has stored know of no rollout. */
function toRollout(state: RolloutState | undefined): Deploy['rollout'] {
  const plan = state?.plan;
  if (state === undefined || plan === null || plan === undefined) return null;
  const { strategy, from } = plan;
  return {
    strategy,
    from,
    percent: typeof state.share === 'number' ? state.share : null,
    automatic: state.automatic,
  };
}

/** An event of a deploy as the API tells it. */
export function toDeployEvent(event: DeployEventRecord): DeployEvent {
  return { ...event, deploy: toDeploy(event.deploy) };
}
