import type { Cluster, User } from '@kubernetes/client-node';
import { newClusters, newContexts, newUsers } from '@kubernetes/client-node/dist/config_types.js';
import { RigError } from '@rig-ops/contract/errors';
import { load } from 'js-yaml';

/** One context of a kubeconfig: where the API server is, and as whom it is spoken to. */
export interface ClusterAccess {
  readonly cluster: Cluster;
  readonly user: User;
  /** That of the context; null for none. */
  readonly namespace: string | null;
  /** The whole file, for what is left to the official client. */
  readonly text: string;
  readonly context: string;
}

export interface ReadOptions {
  /** That of the file when absent. */
  context?: string | undefined;
  /**
   * Whether it may start programs, and name files of this machine and proxies: only where it is one of whoever runs the
   * platform. What was sent to it by somebody could read any file, and run anything, with the platform's rights.
   */
  trusted: boolean;
}

/** @throws RigError `kubeconfig_invalid` */
export function readKubeconfig(text: string, { context: wanted, trusted }: ReadOptions): ClusterAccess {
  const content = parse(text);
  // A name of a file would be read at once.
  if (!trusted) refuseFiles(content);
  let found: { cluster: Cluster | undefined; user: User | undefined; namespace: string | null };
  const context = wanted ?? textOf(content['current-context']);
  try {
    const chosen = newContexts(content['contexts']).find(({ name }) => name === context);
    if (chosen === undefined) throw invalid(whyNoContext(context, content['contexts']));
    found = {
      cluster: newClusters(content['clusters']).find(({ name }) => name === chosen.cluster),
      user: newUsers(content['users']).find(({ name }) => name === chosen.user),
      namespace: chosen.namespace ?? null,
    };
  } catch (error) {
    throw error instanceof RigError ? error : invalid((error as Error).message);
  }
  const { cluster, user, namespace } = found;
  if (cluster === undefined) throw invalid(`the cluster of its context ${context} is not in it`);
  if (URL.parse(cluster.server) === null) throw invalid(`${cluster.server} is no address of a server`);
  if (user === undefined) throw invalid(`the user of its context ${context} is not in it`);
  return { cluster, user, namespace, text, context };
}

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The service account of the pod that this process runs in. @throws RigError `kubeconfig_invalid` outside of one */
export function readOwnCluster(env: NodeJS.ProcessEnv, folder = SERVICE_ACCOUNT): ClusterAccess {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env;
  if (host === undefined || port === undefined)
    throw invalid('this is no pod of a cluster: KUBERNETES_SERVICE_HOST is not set');
  const name = 'in-cluster';
  return {
    cluster: {
      name,
      server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
      caFile: `${folder}/ca.crt`,
      skipTLSVerify: false,
    },
    user: { name, authProvider: { name: 'tokenFile', config: { tokenFile: `${folder}/token` } } },
    namespace: null,
    text: '',
    context: name,
  };
}

type Content = Readonly<Record<string, unknown>>;

function parse(text: string): Content {
  let content: unknown;
  try {
    content = load(text);
  } catch (error) {
    throw invalid((error as Error).message.split('\n', 1)[0] ?? 'it is no YAML');
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw invalid('it is no kubeconfig');
  return content as Content;
}

/** What reaches beyond the file, by where it may be in one. */
const REACHING = {
  clusters: ['cluster', ['certificate-authority', 'proxy-url']],
  users: ['user', ['exec', 'auth-provider', 'client-certificate', 'client-key', 'token-file', 'tokenFile']],
} as const;

function refuseFiles(content: Content): void {
  for (const [list, [part, names]] of Object.entries(REACHING)) {
    const entries = content[list];
    for (const entry of Array.isArray(entries) ? (entries as Content[]) : []) {
      const inner = (entry?.[part] ?? {}) as Content;
      const name = names.find((each) => inner[each] !== undefined && inner[each] !== null);
      if (name === undefined) continue;
      throw new RigError(
        'kubeconfig_invalid',
        `The kubeconfig cannot be used: ${name} of ${textOf(entry['name'])} is of the machine where it was written.`,
        {
          hint: 'Use one with everything in it: `kubectl config view --minify --flatten --raw`, with a token of a service account.',
        },
      );
    }
  }
}

function whyNoContext(context: string, all: unknown): string {
  const names = Array.isArray(all) ? (all as Content[]).map((each) => textOf(each?.['name'])) : [];
  const those = names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`;
  return context === '' ? `it says no current-context; ${those}` : `it has no context ${context}; ${those}`;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const invalid = (why: string): RigError =>
  new RigError('kubeconfig_invalid', `The kubeconfig cannot be used: ${why}.`);
