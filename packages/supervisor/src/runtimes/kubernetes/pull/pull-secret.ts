import type { Deployment, OwnerReference, Secret } from '@rig-ops/kubernetes';
import type { Labels } from '../objects/object-labels.ts';

/** Where nothing is known any more: it takes the place of what was, since rig may remove no Secret by itself. */
export const NO_PULL_KEYS = JSON.stringify({ auths: {} });

export const pullSecretName = (workload: string): string => `${workload}-pull`;

/** What a kubelet fetches the images of a workload with; nothing in its pods sees it. */
export const pullSecretOf = (
  keys: string,
  {
    namespace,
    workload,
    labels,
    owner,
  }: { namespace: string; workload: string; labels: Labels; owner: OwnerReference },
): Secret => ({
  metadata: {
    name: pullSecretName(workload),
    namespace,
    labels: { ...labels },
    ownerReferences: [owner],
  },
  type: 'kubernetes.io/dockerconfigjson',
  data: { '.dockerconfigjson': Buffer.from(keys).toString('base64') },
});

/** Whether the pods of a Deployment are made with the Secret: one that was made without stays so, since other pods would take their place. */
export const hasPullSecret = ({ metadata, spec }: Deployment): boolean =>
  spec?.template.spec?.imagePullSecrets?.some(({ name }) => name === pullSecretName(metadata?.name ?? '')) ===
  true;
