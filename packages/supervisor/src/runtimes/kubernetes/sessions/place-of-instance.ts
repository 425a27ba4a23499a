import type { PodContainer } from './pod-container.ts';

export interface InstancePlace extends PodContainer {
  /** Where its ports are reached without the API server; null outside of the cluster, and where it has none yet. */
  address: string | null;
}

/** Finds the pod of an instance. @throws RigError `remote_target_gone` where it has none */
export type PlaceOfInstance = (instance: string) => Promise<InstancePlace>;
