import type { InstanceSpec } from '@rig-ops/contract/supervisor';

/** Whether it runs in a container or a pod, and not as a program of this machine. */
export const isContained = ({ container, pod }: Pick<InstanceSpec, 'container' | 'pod'>): boolean =>
  container !== undefined || pod !== undefined;
