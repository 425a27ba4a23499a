import { readFileSync } from 'node:fs';
import {
  type ClusterObject,
  KubernetesClient,
  readKubeconfig,
  type Resource,
  resources,
} from '@rig-ops/kubernetes';

/** The file that says which cluster is tested on. */
export const CLUSTER_VARIABLE = 'RIG_TEST_KUBECONFIG';
/** On the namespace `kube-system` of a cluster that may be filled, broken and thrown away. */
export const DISPOSABLE = { label: 'rig.dev/disposable', value: 'true' } as const;

/** Why nothing is tested on a cluster; `exitCode` is that of the suite. */
export class NoTestCluster extends Error {
  readonly exitCode: number;

  constructor(exitCode: number, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** A cluster that its owner has called disposable. */
export class TestCluster {
  readonly kubeconfig: string;
  readonly client: KubernetesClient;
  readonly version: string;

  private constructor(kubeconfig: string, client: KubernetesClient, version: string) {
    this.kubeconfig = kubeconfig;
    this.client = client;
    this.version = version;
  }

  /** @throws NoTestCluster where none is given, it does not answer, or nobody has called it disposable */
  static async open(env: NodeJS.ProcessEnv = process.env): Promise<TestCluster> {
    const kubeconfig = env[CLUSTER_VARIABLE] ?? '';
    if (kubeconfig === '')
      throw new NoTestCluster(2, `no cluster is given: ${CLUSTER_VARIABLE} is to name the kubeconfig of one`);
    const access = readKubeconfig(readFileSync(kubeconfig, 'utf8'), { trusted: true });
    const client = new KubernetesClient(access);
    const { server } = client.connection;
    try {
      const { gitVersion } = await client.version();
      const { metadata } = await client.read(resources.namespaces, { name: 'kube-system' });
      if (metadata?.labels?.[DISPOSABLE.label] !== DISPOSABLE.value) throw refusal(access.context, server);
      return new TestCluster(kubeconfig, client, gitVersion);
    } catch (error) {
      client.close();
      if (error instanceof NoTestCluster) throw error;
      throw new NoTestCluster(8, `the cluster ${server} cannot be asked: ${(error as Error).message}`);
    }
  }

  /** `Kind/name` of everything in a namespace that rig could have made; null when there is no such namespace. */
  async contentOf(namespace: string): Promise<string[] | null> {
    if ((await this.client.find(resources.namespaces, { name: namespace })) === null) return null;
    const found = await Promise.all(
      kindsOfRig.map(async (resource) => {
        const objects = await this.client.list(resource, { namespace });
        return objects.map(({ metadata }) => `${resource.kind}/${metadata?.name ?? ''}`);
      }),
    );
    return found.flat().filter((name) => !ofTheCluster.test(name));
  }

  /** Whether a namespace is gone, or goes and has nothing in it any more: when it is taken away then is not rig's matter. */
  async isGoneOrEmpty(namespace: string): Promise<boolean> {
    const found = await this.client.find(resources.namespaces, { name: namespace });
    if (found?.metadata?.deletionTimestamp === undefined) return found === null;
    const content = await this.contentOf(namespace);
    return content === null || content.length === 0;
  }

  close(): void {
    this.client.close();
  }
}

const kindsOfRig: readonly Resource<ClusterObject>[] = [
  resources.deployments,
  resources.replicaSets,
  resources.jobs,
  resources.pods,
  resources.secrets,
  resources.configMaps,
  resources.services,
  resources.serviceAccounts,
  resources.networkPolicies,
  resources.podDisruptionBudgets,
  resources.ingresses,
];

/** What every namespace has without anybody asking for it. */
const ofTheCluster =
  /^(ServiceAccount\/default|Secret\/default-token-\w+|ConfigMap\/(kube-root-ca\.crt|openshift-service-ca\.crt))$/;

const refusal = (context: string, server: string): NoTestCluster =>
  new NoTestCluster(
    5,
    [
      `the cluster of context ${context} (${server}) is not called disposable: nothing was done on it`,
      'What is tested fills, breaks and empties it. If that may be:',
      `  kubectl label namespace kube-system ${DISPOSABLE.label}=${DISPOSABLE.value}`,
    ].join('\n'),
  );
