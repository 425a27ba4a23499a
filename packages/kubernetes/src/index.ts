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
  type PodContainerName,
  type Selection,
} from './kubernetes-client.ts';
export * from './resources.ts';
export type { WatchEvent } from './watch-objects.ts';
export type { LogRange } from './logs/read-log.ts';
export { type LogPiece, logGone } from './logs/read-log-pieces.ts';
export type { ClusterExec } from './streams/cluster-exec.ts';
export type { ExecEnd } from './streams/exec-status.ts';
export type { ForwardedPort } from './streams/forwarded-port.ts';
