import { type KubernetesClient, resources } from '@rig-ops/kubernetes';
import type { Binding } from '../slots/slot.ts';

/** Where the log of a run of a container is: its pod knows it of the last two. */
export type RunLog =
  /** `over` when it has ended: nothing will be added. */
  | { type: 'current'; over: boolean }
  | { type: 'previous'; over: true }
  /** It is not begun, as far as the API server has heard. */
  | { type: 'early' }
  /** For people: why it cannot be had any more. */
  | { type: 'gone'; why: string };

/** @throws RigError `cluster_…` */
export async function findRun(
  client: KubernetesClient,
  { namespace, container, binding }: { namespace: string; container: string; binding: Binding },
): Promise<RunLog> {
  const pod = await client.find(resources.pods, { namespace, name: binding.pod });
  if (pod === null || pod.metadata?.uid !== binding.uid)
    return { type: 'gone', why: 'its pod was removed before all of it was read' };
  const status = pod.status?.containerStatuses?.find(({ name }) => name === container);
  if (status === undefined || status.restartCount < binding.run) return { type: 'early' };
  const later = status.restartCount - binding.run;
  if (later === 0) {
    const over = status.state?.running === undefined && status.state?.terminated !== undefined;
    // Between two runs the last one is known as the one before, while nothing else has begun.
    const waits = status.state?.waiting !== undefined && status.lastState?.terminated !== undefined;
    return { type: 'current', over: over || waits };
  }
  if (later === 1) return { type: 'previous', over: true };
  return { type: 'gone', why: 'its container was started again twice before all of it was read' };
}
