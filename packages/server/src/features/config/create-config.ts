import type { Kysely } from 'kysely';
import type { Clock } from '../../clock.ts';
import type { Database } from '../../store/database.ts';
import type { AppStore } from '../apps/app-store.ts';
import type { ReleaseStore } from '../releases/release-store.ts';
import { ConfigBook } from './config-book.ts';
import { ConfigChanges } from './config-changes.ts';
import type { ConfigKeys } from './config-keys.ts';
import { ConfigSealer } from './config-sealer.ts';
import { ConfigService, type ConfigServiceOptions } from './config-service.ts';
import { routesOfConfig } from './routes-of-config.ts';
import { SqlConfigStore } from './sql-config-store.ts';

export interface ConfigDeps {
  readonly db: Kysely<Database>;
  readonly apps: AppStore;
  readonly releases: ReleaseStore;
  readonly keys: ConfigKeys;
  readonly clock: Clock;
}

/** Puts the configuration of apps together. */
export function createConfig({ apps, clock, db, keys, releases }: ConfigDeps) {
  const store = new SqlConfigStore(db);
  const book = new ConfigBook({ store, sealer: new ConfigSealer(keys), clock });
  const changes = new ConfigChanges({ book, store, releases });
  return {
    book,
    changes,
    routesWith: (reconfigure: ConfigServiceOptions['reconfigure']) =>
      routesOfConfig(new ConfigService({ apps, book, changes, releases, reconfigure })),
  };
}
