import type * as api from '@kubernetes/client-node';
import type { Wire } from './wire-types.ts';

/** A kind of objects, as a cluster serves it. */
export interface Resource<T> {
  /** Empty for the core. */
  readonly group: string;
  /** Those that rig can use; the first one that the cluster serves is used. */
  readonly versions: readonly [string, ...string[]];
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  /** Never set: what its objects are. */
  readonly object?: T;
}

/** What every object has. */
export interface ClusterObject {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMetadata;
}

export type ObjectMetadata = Wire<api.V1ObjectMeta>;
export type OwnerReference = Wire<api.V1OwnerReference>;
export type Namespace = Wire<api.V1Namespace>;
export type Pod = Wire<api.V1Pod>;
export type PodTemplate = Wire<api.V1PodTemplateSpec>;
export type PodContainer = Wire<api.V1Container>;
export type ContainerStatus = Wire<api.V1ContainerStatus>;
export type Deployment = Wire<api.V1Deployment>;
export type ReplicaSet = Wire<api.V1ReplicaSet>;
export type Job = Wire<api.V1Job>;
export type Secret = Wire<api.V1Secret>;
export type ConfigMap = Wire<api.V1ConfigMap>;
export type Service = Wire<api.V1Service>;
export type ServiceAccount = Wire<api.V1ServiceAccount>;
export type NetworkPolicy = Wire<api.V1NetworkPolicy>;
export type PodDisruptionBudget = Wire<api.V1PodDisruptionBudget>;
export type Ingress = Wire<api.V1Ingress>;
export type ResourceQuota = Wire<api.V1ResourceQuota>;
export type ClusterEvent = Wire<api.CoreV1Event>;
export type AccessReview = Wire<api.V1SelfSubjectAccessReview>;

/** Of `metrics.k8s.io`; the official client has no type of its own for it. */
export interface PodMetrics extends ClusterObject {
  timestamp: string;
  window: string;
  containers: { name: string; usage: { cpu: string; memory: string } }[];
}

const core = <T>(kind: string, plural: string, namespaced = true): Resource<T> => ({
  group: '',
  versions: ['v1'],
  kind,
  plural,
  namespaced,
});

const grouped = <T>(
  group: string,
  versions: Resource<T>['versions'],
  kind: string,
  plural: string,
  namespaced = true,
): Resource<T> => ({ group, versions, kind, plural, namespaced });

/** Everything that rig asks a cluster for. */
export const resources = {
  namespaces: core<Namespace>('Namespace', 'namespaces', false),
  pods: core<Pod>('Pod', 'pods'),
  secrets: core<Secret>('Secret', 'secrets'),
  configMaps: core<ConfigMap>('ConfigMap', 'configmaps'),
  services: core<Service>('Service', 'services'),
  serviceAccounts: core<ServiceAccount>('ServiceAccount', 'serviceaccounts'),
  resourceQuotas: core<ResourceQuota>('ResourceQuota', 'resourcequotas'),
  events: core<ClusterEvent>('Event', 'events'),
  deployments: grouped<Deployment>('apps', ['v1'], 'Deployment', 'deployments'),
  replicaSets: grouped<ReplicaSet>('apps', ['v1'], 'ReplicaSet', 'replicasets'),
  jobs: grouped<Job>('batch', ['v1'], 'Job', 'jobs'),
  networkPolicies: grouped<NetworkPolicy>('networking.k8s.io', ['v1'], 'NetworkPolicy', 'networkpolicies'),
  ingresses: grouped<Ingress>('networking.k8s.io', ['v1'], 'Ingress', 'ingresses'),
  /** v1 since 1.21; v1beta1 until 1.24. */
  podDisruptionBudgets: grouped<PodDisruptionBudget>(
    'policy',
    ['v1', 'v1beta1'],
    'PodDisruptionBudget',
    'poddisruptionbudgets',
  ),
  podMetrics: grouped<PodMetrics>('metrics.k8s.io', ['v1', 'v1beta1'], 'PodMetrics', 'pods'),
  accessReviews: grouped<AccessReview>(
    'authorization.k8s.io',
    ['v1'],
    'SelfSubjectAccessReview',
    'selfsubjectaccessreviews',
    false,
  ),
} as const;
