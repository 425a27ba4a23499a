import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { Kysely } from 'kysely';
import type { Engine } from '../../engines/engine.ts';
import { PlatformEngines } from '../../engines/platform-engines.ts';
import type { Logger } from '../../logger.ts';
import type { Database } from '../../store/database.ts';
import { assignEngines } from './assign-engines.ts';
import { ClusterFiles } from './cluster-files.ts';
import { NetworkRemovals } from './network-removals.ts';
import { NetworkService } from './network-service.ts';
import { routesOfNetworks } from './routes-of-networks.ts';
import { SqlNetworkStore } from './sql-network-store.ts';

type ServiceDeps = ConstructorParameters<typeof NetworkService>[0];

/** The networks of a platform, each with the engine that it runs on. */
export async function createNetworks(deps: {
  db: Kysely<Database>;
  layout: PlatformLayout;
  /** Of networks that name none. */
  engine: Engine;
  otherEngines: readonly Engine[] | undefined;
  log: Logger;
}) {
  const { db, layout, engine, log } = deps;
  const networks = new SqlNetworkStore(db);
  await networks.follow(engine.name);
  const clusters = new ClusterFiles(layout.clusters);
  const engines = new PlatformEngines(engine, deps.otherEngines);
  const removals = new NetworkRemovals({ db, engines, clusters, log });
  await assignEngines(engines, networks, clusters, removals);
  return {
    networks,
    engines,
    removals,
    routesWith: (others: Omit<ServiceDeps, 'networks' | 'engines' | 'clusters' | 'removals'>) =>
      routesOfNetworks(new NetworkService({ ...others, networks, engines, clusters, removals })),
  };
}
