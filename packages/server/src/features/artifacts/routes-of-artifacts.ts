import { isRigError, RigError } from '@rig-ops/contract/errors';
import type { FailureLimiter } from '../../http/failure-limiter.ts';
import type { RouteHandlers } from '../../http/route-handlers.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { ArtifactService } from './artifact-service.ts';

export interface RoutesOfArtifactsDeps {
  readonly service: ArtifactService;
  readonly audit: Pick<AuditLog, 'append'>;
  /** Counts wrong keys together with wrong tokens. */
  readonly failures: Pick<FailureLimiter, 'note'>;
}

export function routesOfArtifacts({
  service,
  audit,
  failures,
}: RoutesOfArtifactsDeps): Pick<RouteHandlers, 'grantArtifact' | 'getArtifact'> {
  return {
    async grantArtifact({ body, source, requestId }) {
      try {
        const { grant, app, release } = await service.grant(body.key);
        await audit.append({
          // Whom it is for is no user, and no other name is known.
          user: 'pod',
          action: 'artifact.grant',
          target: `app/${app.name}`,
          result: 'succeeded',
          errorCode: null,
          client: source.client,
          invocationId: null,
          requestId,
          details: { release: release.version, build: release.buildId },
        });
        return grant;
      } catch (error) {
        if (isRigError(error) && error.code === 'artifact_key_refused')
          countFailure(failures, source.client, error);
        throw error;
      }
    },
    async getArtifact({ params, query }) {
      const { archive, expires, signature, offset = 0 } = query;
      return await service.fetch({ build: params.build, archive, expires, signature, offset });
    },
  };
}

function countFailure(failures: Pick<FailureLimiter, 'note'>, client: string, cause: RigError): void {
  const retryAfterSeconds = failures.note(client);
  if (retryAfterSeconds === undefined) return;
  throw new RigError('too_many_failures', 'Too many wrong keys came from this address.', {
    cause,
    details: { retryAfterSeconds },
  });
}
