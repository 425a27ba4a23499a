export {
  isClusterAway,
  isClusterConflict,
  isClusterExpired,
  isClusterNotFound,
} from './cluster-errors.ts';
export { type ClusterAccess, readKubeconfig, readOwnCluster } from './kubeconfig.ts';
export {
  type ApplyOptions,
  type ClusterVersion,
  type DeleteOptions,
  FIELD_MANAGER,
  KubernetesClient,
  type ObjectName,
  type Selection,
} from './kubernetes-client.ts';
export * from './resources.ts';
export type { WatchEvent } from './watch-objects.ts';
