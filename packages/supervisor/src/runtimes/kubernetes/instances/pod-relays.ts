import type { Cluster } from '../cluster.ts';

export interface RelayTarget {
  cluster: Cluster;
  namespace: string;
  pod: string;
  inside: number;
  /** On 127.0.0.1 of this machine. */
  outside: number;
}

/** Ports of this machine behind which ports of pods are. */
export interface PodRelays {
  /** Opens it, or lets it lead to another pod. Does not fail: what cannot be reached refuses connections. */
  open(instance: string, target: RelayTarget): void;
  close(instance: string): void;
  closeAll(): void;
}
