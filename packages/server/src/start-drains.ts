import type { Problem } from '@rig-ops/contract/resources';
import type { Kysely } from 'kysely';
import type { Clock } from './clock.ts';
import type { AppStore } from './features/apps/app-store.ts';
import type { AuditTrail } from './features/audit/audit-trail.ts';
import { AuditDrainService } from './features/audit/drains/audit-drain-service.ts';
import { AuditDrainStore } from './features/audit/drains/audit-drain-store.ts';
import { routesOfAuditDrains } from './features/audit/drains/routes-of-audit-drains.ts';
import type { EventLog } from './features/events/event-log.ts';
import { LogDrainService } from './features/log-drains/log-drain-service.ts';
import { routesOfLogDrains } from './features/log-drains/routes-of-log-drains.ts';
import { SqlLogDrainStore } from './features/log-drains/sql-log-drain-store.ts';
import type { Logger } from './logger.ts';
import type { Database } from './store/database.ts';

export interface DrainsDeps {
  readonly db: Kysely<Database>;
  readonly trail: AuditTrail;
  readonly apps: AppStore;
  readonly events: EventLog;
  /** Folder of all logs. */
  readonly folder: string;
  readonly version: string;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Drains {
  readonly audit: AuditDrainService;
  readonly logs: LogDrainService;
  readonly routes: ReturnType<typeof routesOfAuditDrains> & ReturnType<typeof routesOfLogDrains>;
  readonly problems: () => Promise<Problem[]>;
  readonly close: () => Promise<void>;
}

/** Begins to send logs and the audit log on; of the latter nothing is removed that was not sent. */
export async function startDrains({ db, trail, folder, version, ...deps }: DrainsDeps): Promise<Drains> {
  const { platform } = trail.identity;
  const audit = new AuditDrainService({
    store: new AuditDrainStore(db),
    log: trail.log,
    origin: { scope: 'rig.audit', platform, version },
    clock: deps.clock,
  });
  trail.retention.waitFor(() => audit.drainedThrough);
  const logs = new LogDrainService({
    ...deps,
    store: new SqlLogDrainStore(db),
    folder,
    origin: { scope: 'rig.logs', platform, version },
  });
  const close = async () => {
    await Promise.all([audit.close(), logs.close()]);
  };
  try {
    await audit.start();
    await logs.start();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    audit,
    logs,
    routes: { ...routesOfAuditDrains(audit), ...routesOfLogDrains(logs) },
    problems: async () => [...audit.problems(), ...(await logs.problems())],
    close,
  };
}
