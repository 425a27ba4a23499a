import { setTimeout as sleep } from 'node:timers/promises';
import { RigError } from '@rig-ops/contract/errors';
import type { PodSpec } from '@rig-ops/contract/supervisor-clusters';
import {
  isClusterConflict,
  type KubernetesClient,
  type Namespace,
  type NetworkPolicy,
  resources,
} from '@rig-ops/kubernetes';
import { fitLabel } from '../objects/object-names.ts';
import { hasLabels, NETWORK_LABEL, platformLabels } from '../objects/object-labels.ts';

/** Of the namespace that rigd and its edge run in: they may reach every app. */
const HOME_LABEL = 'rig.dev/home';

const ENDING_MS = 60_000;
const LOOK_MS = 500;

type Of = Pick<PodSpec, 'namespace' | 'network'>;

function namespaceOf({ namespace, network }: Of, platform: string): Namespace {
  return {
    metadata: {
      name: namespace,
      labels: {
        ...platformLabels(platform),
        [NETWORK_LABEL]: fitLabel(network),
        'pod-security.kubernetes.io/enforce': 'restricted',
        'pod-security.kubernetes.io/warn': 'restricted',
        'pod-security.kubernetes.io/audit': 'restricted',
      },
    },
  };
}

/** In: what is in the same network, and rigd with its edge. Out: everything. */
export function policyOf({ namespace, network }: Of, platform: string): NetworkPolicy {
  return {
    metadata: {
      name: 'rig',
      namespace,
      labels: { ...platformLabels(platform), [NETWORK_LABEL]: fitLabel(network) },
    },
    spec: {
      podSelector: {},
      policyTypes: ['Ingress'],
      ingress: [
        {
          from: [{ podSelector: {} }, { namespaceSelector: { matchLabels: { [HOME_LABEL]: 'true' } } }],
        },
      ],
    },
  };
}

/** The networks of rig as namespaces of a cluster: one is made when something is first put into it. */
export class Namespaces {
  readonly #client: KubernetesClient;
  readonly #platform: string;
  readonly #making = new Map<string, Promise<void>>();
  readonly #made = new Set<string>();

  constructor(client: KubernetesClient, platform: string) {
    this.#client = client;
    this.#platform = platform;
  }

  /** @throws RigError `cluster_conflict` where somebody else has one of the name, or it is being removed */
  async ensure(of: Of): Promise<void> {
    if (this.#made.has(of.namespace)) return;
    const making = this.#making.get(of.namespace) ?? this.#make(of);
    this.#making.set(of.namespace, making);
    try {
      await making;
      this.#made.add(of.namespace);
    } finally {
      this.#making.delete(of.namespace);
    }
  }

  /** What was made once may have been removed by hand. */
  doubt(namespace: string): void {
    this.#made.delete(namespace);
  }

  /** All that is of this platform. Resolves when the cluster was told: what is in it takes its time. */
  async remove(network: string): Promise<void> {
    const labels = { ...platformLabels(this.#platform), [NETWORK_LABEL]: fitLabel(network) };
    for (const { metadata } of await this.#client.list(resources.namespaces, { labels })) {
      const { name, uid } = metadata ?? {};
      if (name === undefined || uid === undefined) continue;
      this.#made.delete(name);
      await this.#client.delete(resources.namespaces, { name }, { uid });
    }
  }

  async #make(of: Of): Promise<void> {
    for (const deadline = performance.now() + ENDING_MS; ; await sleep(LOOK_MS)) {
      const found = await this.#client.find(resources.namespaces, { name: of.namespace });
      if (found !== null && !hasLabels(found.metadata?.labels, platformLabels(this.#platform)))
        throw new RigError(
          'cluster_conflict',
          `There is a namespace ${of.namespace} on the cluster that is not of this platform.`,
          { hint: 'Choose another name for the network, or remove the namespace if nobody needs it.' },
        );
      if (found?.metadata?.deletionTimestamp === undefined) break;
      if (performance.now() > deadline)
        throw new RigError('cluster_conflict', `The namespace ${of.namespace} is still being removed.`, {
          hint: `See what keeps it: \`kubectl get namespace ${of.namespace} -o yaml\`.`,
        });
    }
    try {
      await this.#client.apply(resources.namespaces, namespaceOf(of, this.#platform));
    } catch (error) {
      // Somebody has set a label otherwise, as another level of pod security: it is theirs to choose.
      if (!isClusterConflict(error)) throw error;
    }
    await this.#client.apply(resources.networkPolicies, policyOf(of, this.#platform), { force: true });
  }
}
