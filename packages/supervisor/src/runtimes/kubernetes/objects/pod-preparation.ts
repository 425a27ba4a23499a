import { POD_PREPARATION, type PodSpec } from '@rig-ops/contract/supervisor-clusters';
import type { OwnerReference, PodContainer, PodTemplate, Secret } from '@rig-ops/kubernetes';
import type { Labels } from './object-labels.ts';

type Volumes = NonNullable<NonNullable<PodTemplate['spec']>['volumes']>;
type Mounts = NonNullable<PodContainer['volumeMounts']>;

/** What is put into a pod before its program starts: rig's own programs, and the files of its release. */
export interface PodPreparation {
  initContainers: PodContainer[];
  volumes: Volumes;
  /** In the container of the app. */
  mounts: Mounts;
  /** What its images are fetched with, as `docker login` writes it; null where the platform has nothing for their registries. */
  pullKeys: string | null;
}

/** What `restricted` asks of every container. */
export const containerSecurity = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
} satisfies PodContainer['securityContext'];

/** Name of the Secret that says where the files are; the program of the app has none of it. */
const filesSecretName = (workload: string): string => `${workload}-files`;

const TOOLS = 'rig';
const FILES = 'files';

/**
 * @param image of rig; null where nobody has said one, and then there are neither programs of rig nor files
 * @param workload by whose name the Secret is found
 */
export function preparePod(
  { artifact }: Pick<PodSpec, 'artifact'>,
  { image, workload, pullKeys = null }: { image: string | null; workload: string; pullKeys?: string | null },
): PodPreparation {
  if (image === null) return { initContainers: [], volumes: [], mounts: [], pullKeys };
  const { command, files, tools } = POD_PREPARATION;
  const mounts: Mounts = [
    { name: TOOLS, mountPath: tools },
    ...(artifact === null ? [] : [{ name: FILES, mountPath: files }]),
  ];
  return {
    initContainers: [
      {
        name: 'prepare',
        image,
        command: [...command],
        ...(artifact === null ? {} : { envFrom: [{ secretRef: { name: filesSecretName(workload) } }] }),
        volumeMounts: mounts,
        terminationMessagePolicy: 'FallbackToLogsOnError',
      },
    ],
    volumes: mounts.map(({ name }) => ({ name, emptyDir: {} })),
    // What the app changes of rig's programs would be run by rig.
    mounts: mounts.map((mount) => (mount.name === TOOLS ? { ...mount, readOnly: true } : mount)),
    pullKeys,
  };
}

/** Where a pod fetches the files of its release; null where it needs none. */
export function filesSecretOf(
  { artifact, namespace }: Pick<PodSpec, 'artifact' | 'namespace'>,
  { workload, labels, owner }: { workload: string; labels: Labels; owner: OwnerReference },
): Secret | null {
  if (artifact === null) return null;
  const { env } = POD_PREPARATION;
  const { authority, bytes, key, sha256, url } = artifact;
  const values = {
    [env.url]: url,
    [env.key]: key,
    [env.sha256]: sha256,
    [env.bytes]: String(bytes),
    ...(authority === null ? {} : { [env.authority]: authority }),
  };
  return {
    metadata: {
      name: filesSecretName(workload),
      namespace,
      labels: { ...labels },
      ownerReferences: [owner],
    },
    type: 'Opaque',
    data: Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, Buffer.from(value).toString('base64')]),
    ),
  };
}
