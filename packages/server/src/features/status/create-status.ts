import type { LogRetentionService } from '../log-retention/log-retention-service.ts';
import type { AuditTrail } from '../audit/audit-trail.ts';
import type { Deployments } from '../../deployments.ts';
import type { RouteHandlers } from '../../http/route-handlers.ts';
import type { Drains } from '../../start-drains.ts';
import type { Recordings } from '../recordings/create-recordings.ts';
import type { ToldEngine } from './describe-engine.ts';
import { type AskedPlace, reportEngines } from './report-engines.ts';
import { routesOfStatus } from './routes-of-status.ts';
import { StatusService, type StatusServiceDeps } from './status-service.ts';
import { StorageMeter } from './storage/storage-meter.ts';

export interface StatusDeps
  extends Omit<StatusServiceDeps, 'deployments' | 'drains' | 'engines' | 'retentions' | 'storage'> {
  readonly deployments: Pick<Deployments, 'problems' | 'underWay' | 'mirror'>;
  readonly drains: Drains;
  readonly engines: {
    readonly own: ToldEngine;
    readonly inUse: readonly ToldEngine[];
    readonly places: readonly AskedPlace[];
  };
  readonly logRetention: LogRetentionService;
  readonly recordings: Pick<Recordings, 'settings'>;
  readonly trail: Pick<AuditTrail, 'problems' | 'retention'>;
}

/** What tells how everything is. The meter of the storage is not started. */
export function createStatus({ drains, logRetention, recordings, reporters, trail, ...deps }: StatusDeps): {
  readonly storage: StorageMeter;
  readonly routes: Pick<RouteHandlers, 'getStatus'>;
} {
  const storage = new StorageMeter(deps.layout, deps.clock);
  const service = new StatusService({
    ...deps,
    storage,
    drains: { logs: () => drains.logs.list(), audit: () => drains.audit.list() },
    retentions: {
      logs: () => logRetention.get(),
      recordings: recordings.settings,
      audit: () => trail.retention.read(),
    },
    reporters: [
      () => deps.deployments.problems(),
      reportEngines(() => deps.engines.places),
      async () => trail.problems(),
      drains.problems,
      ...reporters,
    ],
  });
  return { storage, routes: routesOfStatus(service) };
}
