import { RigError } from '@rig-ops/contract/errors';
import type { KubernetesClient } from '@rig-ops/kubernetes';
import { text as readText } from 'node:stream/consumers';
import { insidePod } from '../../tools/pod-tools.ts';

/** A container of a pod that runs. */
export interface PodContainer {
  client: KubernetesClient;
  namespace: string;
  /** Name of the pod. */
  name: string;
  container: string;
}

/** Runs one of rig's own programs in a pod and answers what it printed. @throws RigError `cluster_…` */
export async function runInPod({ client, ...which }: PodContainer, args: readonly string[]): Promise<string> {
  const exec = await client.exec(which, { command: insidePod(args), tty: false });
  const [stdout, stderr, end] = await Promise.all([
    readText(exec.stdout),
    exec.stderr === null ? '' : readText(exec.stderr),
    exec.ended,
  ]);
  if (end.type === 'exited' && end.exitCode === 0) return stdout;
  if (end.type === 'lost') throw new RigError('cluster_unreachable', end.message);
  const why = end.type === 'refused' ? end.message : `code ${end.exitCode}: ${stderr.trim().slice(-500)}`;
  throw new RigError('cluster_refused', `What rig runs in the pod ${which.name} failed: ${why}.`);
}
