import type { PodView } from './pod-view.ts';

/**
 * A pod that waits before its image is tried again, with why the last try failed: kubelets before 1.31 say that once, and
 * then no more.
 */
export function keepPullCause(pod: PodView, before: PodView | undefined): PodView {
  const { wait } = pod;
  const last = before?.wait;
  if (wait?.reason !== 'ImagePullBackOff' || last == null || last.image !== wait.image) return pod;
  if (last.reason !== 'ErrImagePull' && last.reason !== 'ImagePullBackOff') return pod;
  const isSaid = wait.message.length > last.message.length;
  return isSaid ? pod : { ...pod, wait: { ...wait, message: last.message } };
}
