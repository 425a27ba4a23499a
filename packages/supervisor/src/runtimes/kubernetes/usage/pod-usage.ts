import type { InstanceReport, ProcessUsage } from '@rig-ops/contract/supervisor';
import { type PodMetrics, resources } from '@rig-ops/kubernetes';
import type { Cluster } from '../cluster.ts';
import { platformLabels } from '../objects/object-labels.ts';
import { APP_CONTAINER } from '../objects/pod-template.ts';
import { readQuantity } from './read-quantity.ts';

/** The cluster itself measures no more often than that. */
const KEEP_MS = 5_000;

interface Measured {
  at: number;
  byPod: Promise<ReadonlyMap<string, PodMetrics>>;
}

/** What pods use, as the cluster measures them; nothing where it does not. */
export class PodUsage {
  readonly #measured = new Map<Cluster, Measured>();

  /** @param podOf where an instance is; null where it has no pod */
  async sample(
    running: readonly InstanceReport[],
    podOf: (instance: string) => { cluster: Cluster; namespace: string; name: string } | null,
  ): Promise<ProcessUsage[]> {
    const found = await Promise.all(
      running.map(async ({ spec }) => {
        const place = podOf(spec.id);
        if (place === null) return null;
        const pods = await this.#measure(place.cluster);
        const usage = pods
          .get(`${place.namespace}/${place.name}`)
          ?.containers.find(({ name }) => name === APP_CONTAINER)?.usage;
        if (usage === undefined) return null;
        const cpuPercent = Math.round(readQuantity(usage.cpu) * 1_000) / 10;
        return { instance: spec.id, cpuPercent, memoryBytes: Math.round(readQuantity(usage.memory)) };
      }),
    );
    return found.flatMap((usage) => usage ?? []);
  }

  async #measure(cluster: Cluster): Promise<ReadonlyMap<string, PodMetrics>> {
    const known = this.#measured.get(cluster);
    if (known !== undefined && performance.now() - known.at < KEEP_MS) return await known.byPod;
    const byPod = askFor(cluster);
    this.#measured.set(cluster, { at: performance.now(), byPod });
    return await byPod;
  }
}

async function askFor({ client, platform, report }: Cluster): Promise<ReadonlyMap<string, PodMetrics>> {
  if (!report.usage) return new Map();
  try {
    const all = await client.list(resources.podMetrics, { labels: platformLabels(platform) });
    return new Map(all.map((each) => [`${each.metadata?.namespace}/${each.metadata?.name}`, each]));
  } catch {
    // Then it is not known.
    return new Map();
  }
}
