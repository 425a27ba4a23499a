import type { KubernetesClient } from '@rig-ops/kubernetes';
import type { OutputCarrier } from '../../../instances/instance-log.ts';
import type { Log } from '../../../log.ts';
import type { Binding } from '../slots/slot.ts';

export type PodOutput = OutputCarrier;

export interface PodOutputOptions {
  /** Id of the instance: names the record of how far it was read. */
  id: string;
  client: KubernetesClient;
  namespace: string;
  container: string;
  /** The pod, and which run of its container: a later one may run there by now. */
  binding: Binding;
  /** Spool file, appended to: the cluster does not tell stdout from stderr. */
  path: string;
  /** Whether a cluster that is away is not to be waited for. */
  givesUp: () => boolean;
  /** Output is missing here, for people. */
  onGap: (why: string) => void;
  log: Log;
}

export type OpenPodOutput = (options: PodOutputOptions) => PodOutput;
