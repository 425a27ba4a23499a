import { createHash } from 'node:crypto';
import type { InstanceSpec } from '@rig-ops/contract/supervisor';
import type { PodSpec } from '@rig-ops/contract/supervisor-clusters';
import type {
  Deployment,
  Job,
  OwnerReference,
  PodDisruptionBudget,
  Secret,
  Service,
} from '@rig-ops/kubernetes';
import { INSTANCE_LABEL, type Labels, RELEASE_LABEL, selectorOf, workloadLabels } from './object-labels.ts';
import { onceName, secretName, serviceName, workloadName } from './object-names.ts';
import { filesSecretOf, type PodPreparation } from './pod-preparation.ts';
import { podTemplate, PORT_NAME } from './pod-template.ts';
import { pullSecretName, pullSecretOf } from '../pull/pull-secret.ts';

export type PodInstanceSpec = InstanceSpec & { pod: PodSpec };

/** Of the Services of all apps. */
const SERVICE_PORT = 8080;
/** What `web` is in its network; any other process has no Service. */
export const SERVED = 'web';
/** Beyond the time in which it has to be well: for a node to be found and an image to be fetched. */
const PREPARE_SECONDS = 300;

const namesOf = ({ app, process, release }: PodInstanceSpec) => {
  const name = workloadName(app, process, release);
  return { name, secret: secretName(name) };
};

const labelsOf = (spec: PodInstanceSpec): Labels => workloadLabels(spec.pod.platform, spec.pod.network, spec);

/** A process of a release. Its pods are all alike: what is different in one of them would be lost with it. */
export function deploymentOf(
  spec: PodInstanceSpec,
  replicas: number,
  preparation: PodPreparation,
): Deployment {
  const { pod } = spec;
  const { name, secret } = namesOf(spec);
  const selector = selectorOf(pod.platform, spec);
  const labels = labelsOf(spec);
  return {
    metadata: { name, namespace: pod.namespace, labels: { ...labels } },
    spec: {
      replicas,
      // What is changed is a release, and that has a Deployment of its own.
      revisionHistoryLimit: 0,
      progressDeadlineSeconds: PREPARE_SECONDS + (pod.health?.startSeconds ?? 0),
      selector: { matchLabels: { ...selector } },
      template: podTemplate({
        spec: pod,
        argv: spec.argv,
        cwd: spec.cwd,
        labels,
        spreadBy: selector,
        secret,
        pullSecret: preparation.pullKeys === null ? null : pullSecretName(name),
        restartPolicy: 'Always',
        preparation,
      }),
    },
  };
}

/** The user of an image may have a home in it; that of rig has none. */
export const homeOf = ({ artifact, user }: PodSpec): Record<string, string> =>
  user === undefined || artifact !== null ? { HOME: '/tmp' } : {};

/** The environment, which has the configuration of the app in it: nothing of it is in a Deployment. */
export function secretOf(spec: PodInstanceSpec, name: string, owner: OwnerReference): Secret {
  const { RIG_INSTANCE: _, ...env } = spec.env;
  return {
    metadata: {
      name: secretName(name),
      namespace: spec.pod.namespace,
      labels: { ...labelsOf(spec) },
      ownerReferences: [owner],
    },
    type: 'Opaque',
    data: Object.fromEntries(
      Object.entries({ ...homeOf(spec.pod), ...env }).map(([key, value]) => [
        key,
        Buffer.from(value).toString('base64'),
      ]),
    ),
  };
}

/** Where its pods fetch the files of their release; null where they need none. */
export const filesOf = (spec: PodInstanceSpec, name: string, owner: OwnerReference): Secret | null =>
  filesSecretOf(spec.pod, { workload: name, labels: labelsOf(spec), owner });

/** What its images are fetched with. */
export const pullOf = (spec: PodInstanceSpec, keys: string, name: string, owner: OwnerReference): Secret =>
  pullSecretOf(keys, {
    namespace: spec.pod.namespace,
    workload: name,
    labels: labelsOf(spec),
    owner,
  });

/** A node that is emptied takes one copy at a time. */
export function budgetOf(spec: PodInstanceSpec, owner: OwnerReference): PodDisruptionBudget {
  const { name } = namesOf(spec);
  return {
    metadata: {
      name,
      namespace: spec.pod.namespace,
      labels: { ...labelsOf(spec) },
      ownerReferences: [owner],
    },
    spec: { maxUnavailable: 1, selector: { matchLabels: { ...selectorOf(spec.pod.platform, spec) } } },
  };
}

/**
 * By which neighbours find the app; null for a process that they do not.
 * @param release the one that it leads to, as its pods are labelled; null for all that there are
 */
export function serviceOf(spec: PodInstanceSpec, release: string | null): Service | null {
  const { app, process, pod } = spec;
  if (process !== SERVED || !pod.service || pod.port === null) return null;
  const { [RELEASE_LABEL]: _, ...all } = selectorOf(pod.platform, spec);
  const { [RELEASE_LABEL]: __, ...labels } = labelsOf(spec);
  const selector = release === null ? all : { ...all, [RELEASE_LABEL]: release };
  return {
    metadata: { name: serviceName(app), namespace: pod.namespace, labels },
    spec: {
      type: 'ClusterIP',
      selector,
      ports: portsOf(pod.port.inside),
    },
  };
}

/**
 * The port that every app is known by, and that of the program where its image has another one. By name behind it:
 * two releases side by side may listen on different ones.
 */
const portsOf = (inside: number) =>
  [
    ...new Map([
      [SERVICE_PORT, 'http'] as const,
      [inside, inside === SERVICE_PORT ? 'http' : 'own'] as const,
    ]),
  ].map(([port, name]) => ({ name, port, targetPort: PORT_NAME, protocol: 'TCP' }));

/**
 * A program that runs once: the cluster does not start it again, whatever becomes of it. Without a pod at first: what that
 * needs has to be there before it, and to go with it.
 */
export function jobOf(spec: PodInstanceSpec, preparation: PodPreparation): Job {
  const { pod } = spec;
  const name = onceName(spec.app, spec.process, spec.id);
  const labels = { ...labelsOf(spec), [INSTANCE_LABEL]: spec.id };
  return {
    metadata: { name, namespace: pod.namespace, labels },
    spec: {
      backoffLimit: 0,
      parallelism: 0,
      completions: 1,
      template: podTemplate({
        spec: { ...pod, health: null },
        argv: spec.argv,
        cwd: spec.cwd,
        labels,
        spreadBy: null,
        secret: secretName(name),
        pullSecret: preparation.pullKeys === null ? null : pullSecretName(name),
        restartPolicy: 'Never',
        preparation,
      }),
    },
  };
}

/** It goes with what it is of. */
export const ownerOf = (kind: 'Deployment' | 'Job', { metadata }: Deployment | Job): OwnerReference => ({
  apiVersion: kind === 'Job' ? 'batch/v1' : 'apps/v1',
  kind,
  name: metadata?.name ?? '',
  uid: metadata?.uid ?? '',
});

/** Whether two environments are the same, without keeping one of them. */
export const digestOf = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
