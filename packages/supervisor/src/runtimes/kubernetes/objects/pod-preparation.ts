import type { PodContainer, PodTemplate } from '@rig-ops/kubernetes';

type Volumes = NonNullable<NonNullable<PodTemplate['spec']>['volumes']>;
type Mounts = NonNullable<PodContainer['volumeMounts']>;

/** What is put into a pod before its program starts: rig's own programs, and the files of its release. */
export interface PodPreparation {
  initContainers: PodContainer[];
  volumes: Volumes;
  /** In the container of the app. */
  mounts: Mounts;
}

export const nothingPrepared: PodPreparation = { initContainers: [], volumes: [], mounts: [] };
