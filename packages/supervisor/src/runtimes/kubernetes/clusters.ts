import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isRigError, RigError } from '@rig-ops/contract/errors';
import type { LookRequest } from '@rig-ops/contract/supervisor';
import { type ClusterName, type ClusterReport, OWN_CLUSTER } from '@rig-ops/contract/supervisor-clusters';
import { KubernetesClient, readKubeconfig, readOwnCluster } from '@rig-ops/kubernetes';
import { Cluster, type ClusterOptions } from './cluster.ts';

export interface ClustersOptions extends Omit<ClusterOptions, 'name' | 'client' | 'platform'> {
  /** Folder of the kubeconfigs. */
  folder: string;
  /** File with the id of the platform. */
  idPath: string;
}

/** Of a cluster that nothing is to run on any more. */
const LINGER_MS = 60_000;

/** The clusters of a platform, each opened when something of it is first asked for. */
export class Clusters {
  readonly #options: ClustersOptions;
  readonly #open = new Map<ClusterName, Promise<Cluster>>();
  readonly #opened = new Map<ClusterName, Cluster>();
  readonly #leaving = new Set<Cluster>();

  constructor(options: ClustersOptions) {
    this.#options = options;
  }

  get reports(): ClusterReport[] {
    return [...this.#opened.values()].map(({ report }) => report);
  }

  all(): Cluster[] {
    return [...this.#opened.values()];
  }

  find(name: ClusterName): Cluster | undefined {
    return this.#opened.get(name);
  }

  /** Opens all that the platform has, so that what is of it there is found. Those that cannot be used are passed over. */
  async openAll(): Promise<void> {
    const { folder, log } = this.#options;
    const platform = await this.#platform();
    if (platform === '') return;
    const files = await readdir(folder).catch((): string[] => []);
    const names = files.flatMap((file) => (file.endsWith('.yaml') ? file.slice(0, -'.yaml'.length) : []));
    const own = process.env['KUBERNETES_SERVICE_HOST'] === undefined ? [] : [OWN_CLUSTER];
    for (const name of [...names, ...own]) {
      await this.use(name, platform).catch((error: unknown) => {
        log.warn('a cluster cannot be used', { cluster: name, error });
      });
    }
  }

  /** @throws RigError `kubeconfig_invalid` */
  async use(name: ClusterName, platform: string): Promise<Cluster> {
    const open = this.#open.get(name) ?? this.#make(name, platform);
    this.#open.set(name, open);
    try {
      return await open;
    } catch (error) {
      this.#open.delete(name);
      throw error;
    }
  }

  /** How those of these names are. What cannot be used at all is told as one that is away. */
  async look({ clusters, now, platform }: LookRequest): Promise<ClusterReport[]> {
    return await Promise.all(
      clusters.map(async (name): Promise<ClusterReport> => {
        try {
          const cluster = await this.use(name, platform);
          cluster.follow();
          const report = await cluster.look({ now });
          // Whether it lets rig look at what it has: nothing is started where it does not.
          if (now && report.problem === null) await cluster.requireKnown();
          return report;
        } catch (error) {
          if (!isRigError(error)) throw error;
          const { code, hint, message } = error;
          return { name, version: null, usage: false, problem: { code, message, hint } };
        }
      }),
    );
  }

  /**
   * Removes what stands for a network; a cluster that was for it alone is let go of.
   * @param name of the cluster that it was on; all that there are where that is not known
   * @throws RigError `cluster_…`, `kubeconfig_invalid`
   */
  async forgetNetwork(network: string, name: ClusterName | null): Promise<void> {
    await this.openAll();
    if (name === null) {
      await Promise.all(this.all().map(async ({ namespaces }) => await namespaces.remove(network)));
      return;
    }
    // Where it was never opened, the platform has no id, and nothing on it.
    const cluster = this.#opened.get(name);
    if (cluster === undefined) await this.#requireUsable(name);
    await cluster?.namespaces.remove(network);
    if (name === network) this.#letGo(name);
  }

  close(): void {
    for (const cluster of [...this.all(), ...this.#leaving]) cluster.close();
  }

  /** @throws RigError why it could not be opened */
  async #requireUsable(name: ClusterName): Promise<void> {
    const platform = await this.#platform();
    if (platform !== '') await this.use(name, platform);
  }

  async #platform(): Promise<string> {
    return (await readFile(this.#options.idPath, 'utf8').catch(() => '')).trim();
  }

  /** Another one of the name may have other credentials. What still ends there has a while to be told of. */
  #letGo(name: ClusterName): void {
    const cluster = this.#opened.get(name);
    this.#opened.delete(name);
    this.#open.delete(name);
    if (cluster === undefined) return;
    this.#leaving.add(cluster);
    setTimeout(() => {
      this.#leaving.delete(cluster);
      cluster.close();
    }, LINGER_MS).unref();
  }

  async #make(name: ClusterName, platform: string): Promise<Cluster> {
    const { folder, idPath: _, ...rest } = this.#options;
    const access = name === OWN_CLUSTER ? readOwnCluster(process.env) : await readFrom(folder, name);
    const cluster = new Cluster({ ...rest, name, platform, client: new KubernetesClient(access) });
    this.#opened.set(name, cluster);
    return cluster;
  }
}

async function readFrom(folder: string, name: ClusterName) {
  let text: string;
  try {
    text = await readFile(join(folder, `${name}.yaml`), 'utf8');
  } catch (error) {
    throw new RigError('kubeconfig_invalid', `The platform has no kubeconfig for the cluster ${name}.`, {
      cause: error,
    });
  }
  return readKubeconfig(text, { trusted: false });
}
