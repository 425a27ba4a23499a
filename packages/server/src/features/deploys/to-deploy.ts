import type { Deploy, DeployEvent } from '@rig-ops/contract/resources';
import type { DeployEventRecord, DeployRecord } from './deploy-store.ts';

/** A deploy as the API tells it. */
export function toDeploy(deploy: DeployRecord): Deploy {
  const { error } = deploy;
  return {
    id: deploy.id,
    app: deploy.appName,
    kind: deploy.kind,
    status: deploy.status,
    step: deploy.step,
    buildId: deploy.buildId,
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
    createdAt: deploy.createdAt,
    endedAt: deploy.endedAt,
  };
}

/** An event of a deploy as the API tells it. */
export function toDeployEvent(event: DeployEventRecord): DeployEvent {
  return { ...event, deploy: toDeploy(event.deploy) };
}
