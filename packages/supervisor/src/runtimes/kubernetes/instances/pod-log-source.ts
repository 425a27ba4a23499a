import type { KubernetesClient } from '@rig-ops/kubernetes';
import type { OutputCarrier } from '../../../instances/instance-log.ts';
import type { Log } from '../../../log.ts';
import type { Binding } from '../slots/slot.ts';

/** The output of one run of a container, on its way into spool files. */
export interface PodOutput extends OutputCarrier {
  /** Whether what is printed just now is read. */
  readonly isAttached: boolean;
  /** Resolves when it is, or never will be. */
  attached(): Promise<void>;
}

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
  /** Whether kubelets of the cluster go on with a file that was rotated: those before 1.27. */
  mayBeDeaf: () => boolean;
  /** Output may be missing here; why, for people. */
  onGap: (why: string) => void;
  log: Log;
}

export type OpenPodOutput = (options: PodOutputOptions) => PodOutput;
