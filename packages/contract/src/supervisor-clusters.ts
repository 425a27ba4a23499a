/**
 * Pods between rigd and rig-supervisor, which makes them through the API server of a cluster. What runs in one is
 * reported, logged and reached as any other instance or session.
 */

/** A cluster by its name on this platform: `clusters/<name>.yaml` in the platform's folder is the kubeconfig for it. */
export type ClusterName = string;

/** The cluster of the networks of a platform that do not say another one. */
export const PLATFORM_CLUSTER = 'platform';

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
  /**
   * Whom its program runs as, by numbers: `1000`, `1000:1000`. {@link POD_USER} when absent, for an image that is only what
   * files run in: that may be of any user.
   */
  user?: string;
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

/**
 * Where the files of a release come from. The key is a secret: it belongs into a Secret of the cluster, and into
 * neither the spec of a pod nor a log.
 */
export interface PodArtifact {
  /** Address of rigd as pods reach it, as `http://rig.rig.svc:7080`. */
  url: string;
  /** Of the release; rigd hands out a URL for it that is good for minutes. */
  key: string;
  /** Of the archive when it is unpacked (a tar), in hex; nothing is run that has another one. */
  sha256: string;
  /** Of that archive, and so a little more than the files take. */
  bytes: number;
  /** PEM of the authority that rigd's certificate is of; null for plain HTTP, and for one that everybody knows. */
  authority: string | null;
}

/**
 * The program of rig's image that makes a pod ready, as its init container: it lays rig's own programs into one
 * volume and the files of a release into another. What went wrong is its termination message, in one line.
 */
export const POD_PREPARATION = {
  command: ['/usr/local/bin/node', '/opt/rig/prepare-pod.js'],
  /** Mount paths of the two volumes (`emptyDir`); the program needs nothing else that it may write to. */
  tools: '/.rig',
  files: '/app',
  /** Variables it reads; without the first, there are no files, and only the programs are laid. The key comes from a Secret. */
  env: {
    url: 'RIG_ARTIFACT_URL',
    key: 'RIG_ARTIFACT_KEY',
    sha256: 'RIG_ARTIFACT_SHA256',
    bytes: 'RIG_ARTIFACT_BYTES',
    authority: 'RIG_ARTIFACT_AUTHORITY',
  },
  /** Exit code: trying again is of no use. With any other one the kubelet runs it again. */
  hopeless: 3,
} as const;

/** What rig's image is as a program of a pod: no user of an operating system has it. */
export const POD_USER = 10_001;

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
  /** Why nothing can be run on it, with the code of the error; null when it can. */
  problem: { code: string; message: string; hint: string } | null;
}
