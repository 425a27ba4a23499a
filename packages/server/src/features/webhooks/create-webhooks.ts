import type { Problem } from '@rig-ops/contract/resources';
import type { Kysely } from 'kysely';
import type { Clock } from '../../clock.ts';
import type { Logger } from '../../logger.ts';
import { systemPause } from '../../pause.ts';
import type { Database } from '../../store/database.ts';
import type { AppStore } from '../apps/app-store.ts';
import type { ConfigKeys } from '../config/config-keys.ts';
import type { EventLog } from '../events/event-log.ts';
import { SqlNetworkStore } from '../networks/sql-network-store.ts';
import { routesOfWebhooks } from './routes-of-webhooks.ts';
import { SqlWebhookStore } from './sql-webhook-store.ts';
import { WebhookSealer } from './webhook-sealer.ts';
import { WebhookService } from './webhook-service.ts';

export interface WebhooksDeps {
  readonly db: Kysely<Database>;
  readonly apps: AppStore;
  readonly events: EventLog;
  readonly keys: ConfigKeys;
  /** Id of the platform. */
  readonly platform: string;
  readonly version: string;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Webhooks {
  readonly routes: ReturnType<typeof routesOfWebhooks>;
  readonly problems: () => Promise<Problem[]>;
  readonly close: () => Promise<void>;
}

/** Puts webhooks together, and begins to send. */
export async function createWebhooks({ db, keys, ...deps }: WebhooksDeps): Promise<Webhooks> {
  const service = new WebhookService({
    ...deps,
    store: new SqlWebhookStore(db),
    networks: new SqlNetworkStore(db),
    sealer: new WebhookSealer(keys),
    pause: systemPause,
  });
  await service.start();
  return {
    routes: routesOfWebhooks(service),
    problems: async () => service.problems(),
    close: () => service.close(),
  };
}
