import { OWN_CLUSTER, PLATFORM_CLUSTER } from '@rig-ops/contract/supervisor-clusters';
import type { PlatformEngines } from '../../engines/platform-engines.ts';
import type { ClusterFiles } from './cluster-files.ts';
import type { NetworkRemovals } from './network-removals.ts';
import type { NetworkStore } from './network-store.ts';

/** Tells what each network runs on, and removes what was left of networks that are gone. */
export async function assignEngines(
  engines: PlatformEngines,
  networks: Pick<NetworkStore, 'list'>,
  clusters: Pick<ClusterFiles, 'placeOf' | 'sweep'>,
  removals: Pick<NetworkRemovals, 'list'>,
): Promise<void> {
  const all = await networks.list();
  for (const { name, engine, cluster } of all) engines.assign(name, { engine, cluster });
  const isNamed = (await clusters.placeOf(PLATFORM_CLUSTER)) !== null;
  // Without a kubeconfig a platform on Kubernetes is on the cluster that it is in itself.
  engines.cluster = isNamed ? PLATFORM_CLUSTER : engines.own.name === 'kubernetes' ? OWN_CLUSTER : null;
  // Of those that are gone, what is left is removed with their credentials.
  const left = await removals.list();
  await clusters.sweep(new Set([...all, ...left].flatMap(({ cluster }) => cluster ?? [])));
}
