import { type KubernetesClient, resources, type Secret } from '@rig-ops/kubernetes';

/** Lets the pod of a Job be made, which was made without: all that it needs is there. */
export const BEGIN = { spec: { parallelism: 1 } } as const;

/** @throws RigError `cluster_…` */
export async function applyAll(client: KubernetesClient, secrets: readonly (Secret | null)[]): Promise<void> {
  for (const secret of secrets)
    if (secret !== null) await client.apply(resources.secrets, secret, { force: true });
}
