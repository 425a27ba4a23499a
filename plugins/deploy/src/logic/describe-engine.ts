import type { Network } from '@rig-ops/contract/resources';

/** As `kubernetes, context prod at https://10.0.0.1:6443`. */
export function describeEngine({ cluster, engine }: Pick<Network, 'cluster' | 'engine'>): string {
  return cluster === null ? engine : `${engine}, context ${cluster.context} at ${cluster.server}`;
}
