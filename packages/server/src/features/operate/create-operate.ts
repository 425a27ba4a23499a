import type { Kysely } from 'kysely';
import type { Clock } from '../../clock.ts';
import type { Database } from '../../store/database.ts';
import type { AppStore } from '../apps/app-store.ts';
import { SqlDomainStore } from '../domains/domain-store.ts';
import type { EventLog } from '../events/event-log.ts';
import type { ReleaseStore } from '../releases/release-store.ts';
import { AppOperations } from './app-operations.ts';
import { InstanceChanger, type InstanceChangerOptions } from './instance-changer.ts';
import { OperateService } from './operate-service.ts';
import { SqlScaleStore } from './scale-store.ts';

export interface OperateDeps {
  readonly apps: AppStore;
  readonly clock: Clock;
  readonly db: Kysely<Database>;
  readonly events: EventLog;
  readonly releases: ReleaseStore;
  /** Whether a deploy of the app has not ended. */
  readonly isDeploying: (appId: string) => Promise<boolean>;
  /** Ends with rigd. */
  readonly life: AbortSignal;
}

/** Puts restarting and scaling together. */
export function createOperate({ apps, clock, db, events, isDeploying, life, releases }: OperateDeps) {
  const operations = new AppOperations(clock, isDeploying);
  const scales = new SqlScaleStore(db);
  return {
    operations,
    scales,
    /** Host names of apps. */
    domains: new SqlDomainStore(db),
    serviceWith(options: Omit<InstanceChangerOptions, 'clock'>) {
      const changer = new InstanceChanger({ ...options, clock });
      return new OperateService({ apps, changer, events, life, operations, releases, scales });
    },
  };
}
