/**
 * Pods between rigd and rig-supervisor, which makes them through the API server of a cluster. What runs in one is
 * reported, logged and reached as any other instance or session.
 */

/** A cluster by its name on this platform: `clusters/<name>.yaml` in the platform's folder is the kubeconfig for it. */
export type ClusterName = string;

/** The cluster that rigd itself runs in: its kubeconfig is the service account of its pod. */
export const OWN_CLUSTER = 'in-cluster';

/** The pod that a program runs in. */
export interface PodSpec {
  cluster: ClusterName;
  /** Id of the platform: what it makes on a cluster is known by it. */
  platform: string;
  /** Of the network. */
  namespace: string;
  /** Name of the network. */
  network: string;
  /** Reference of the image, by digest where that is known. */
  image: string;
  /** The files that are unpacked into it before the program starts; null for what is in the image. */
  artifact: PodArtifact | null;
  /** Port that the program listens on, and where it is reached on 127.0.0.1 of this machine; null for none. */
  port: { inside: number; outside: number } | null;
  /** Whether neighbours find the app by its name: a Service stands for it. */
  service: boolean;
  limits: { memoryBytes: number | null; cpus: number | null };
  /** Probes of the cluster; what is null is asked by nobody there. */
  health: PodHealth | null;
  /** Between SIGTERM and SIGKILL. */
  graceSeconds: number;
  /** Whether it ends by itself and is not started again, as a release command; absent for what is to run on. */
  once?: boolean;
}

/** Where the files of a release come from. */
export interface PodArtifact {
  /** Address of rigd as pods reach it, and the key that it hands out a short-lived URL for. */
  url: string;
  key: string;
  /** Of the archive, in hex; nothing is unpacked that has another one. */
  sha256: string;
  bytes: number;
}

/** Either a path that is asked by HTTP, or a port that is connected to. */
export interface PodHealth {
  path: string | null;
  intervalSeconds: number;
  timeoutSeconds: number;
  /** From the start on, until it is called unhealthy. */
  startSeconds: number;
}

/** How the API server of a cluster was found; told with the state of the supervisor. */
export interface ClusterReport {
  name: ClusterName;
  /** As `v1.34.1`; null when it does not answer. */
  version: string | null;
  /** Whether it measures pods: `metrics.k8s.io` is there. */
  usage: boolean;
  /** Why nothing can be run on it; null when it can. */
  problem: { message: string; hint: string } | null;
}
