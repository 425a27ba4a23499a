import { RigError } from '@rig-ops/contract/errors';
import type { InstanceSpec } from '@rig-ops/contract/supervisor';
import type { Engine, EngineProblem, ImagePlacement } from './engine.ts';

/** What the apps of a network run on. */
interface NetworkEngine {
  readonly engine: string;
  /** Name of the cluster, for an engine of clusters. */
  readonly cluster: string | null;
}

/**
 * The engines of a platform. All of them drive one supervisor: what goes by an id may be asked of any, and their watch
 * tells of everything. What begins something is asked of the engine of its network.
 */
export class PlatformEngines {
  /** What networks run on that say nothing else. */
  readonly own: Engine;
  /** Roles that end at an app or a network hold only where all that runs is isolated. */
  readonly capabilities: { readonly isolated: boolean };
  /** Name of the cluster of networks that do not say another one; null for none. */
  cluster: string | null = null;
  readonly #all: ReadonlyMap<string, Engine>;
  readonly #networks = new Map<string, NetworkEngine>();

  constructor(own: Engine, others: readonly Engine[] = []) {
    this.own = own;
    this.#all = new Map([own, ...others].map((engine) => [engine.name, engine]));
    const isIsolated = () => this.inUse.every(({ capabilities }) => capabilities.isolated);
    this.capabilities = {
      get isolated() {
        return isIsolated();
      },
    };
  }

  get names(): string[] {
    return [...this.#all.keys()].toSorted((left, right) => left.localeCompare(right));
  }

  /** Those that a network runs on, the platform's own first. */
  get inUse(): Engine[] {
    const named = [...this.#networks.values()].map(({ engine }) => this.#all.get(engine));
    return [...new Set([this.own, ...named])].filter((engine) => engine !== undefined);
  }

  /** Where networks are, each once: an engine, and for one of clusters which. */
  get places(): { readonly engine: Engine; readonly cluster: string | null }[] {
    const all = this.inUse
      .filter(({ name }) => name !== 'kubernetes')
      .map((engine) => ({ engine, cluster: null as string | null }));
    const clusters = new Set(
      [...this.#networks].flatMap(([name, { engine }]) =>
        engine === 'kubernetes' ? (this.clusterOf(name) ?? []) : [],
      ),
    );
    const engine = this.find('kubernetes');
    if (engine === undefined) return all;
    return [...all, ...[...clusters].map((cluster) => ({ engine, cluster }))];
  }

  /** Name of the cluster that a network is on; null for one of another engine. @throws RigError `engine_not_available` */
  clusterOf(network: string): string | null {
    if (this.of(network).name !== 'kubernetes') return null;
    return this.#networks.get(network)?.cluster ?? this.cluster;
  }

  /** Why nothing can be started in a network at the moment; null when it can. Takes seconds at the most. */
  async problemIn(network: string): Promise<EngineProblem | null> {
    const cluster = this.clusterOf(network);
    return await this.of(network).problem(cluster === null ? undefined : { cluster, now: true });
  }

  find(name: string): Engine | undefined {
    return this.#all.get(name);
  }

  /** What the apps of a network run on. @throws RigError `engine_not_available` */
  of(network: string): Engine {
    const assigned = this.#networks.get(network);
    if (assigned === undefined) return this.own;
    const engine = this.#all.get(assigned.engine);
    if (engine !== undefined) return engine;
    throw new RigError(
      'engine_not_available',
      `The network ${network} is for the engine ${assigned.engine}, which this version of rig does not have.`,
    );
  }

  /** What an instance runs on. */
  ofInstance({ container, pod }: Pick<InstanceSpec, 'container' | 'pod'>): Engine {
    const name = pod !== undefined ? 'kubernetes' : container === undefined ? 'process' : 'docker';
    return this.#all.get(name) ?? this.own;
  }

  /** Where a program of an app of the network runs, with the cluster of the network. */
  placed(network: string, place: ImagePlacement | undefined): ImagePlacement | undefined {
    const own = this.#networks.get(network)?.cluster ?? null;
    const cluster = own ?? (this.of(network).name === 'kubernetes' ? this.cluster : null);
    return place === undefined || cluster === null ? place : { ...place, cluster };
  }

  assign(network: string, { cluster, engine }: NetworkEngine): void {
    this.#networks.set(network, { engine, cluster });
  }

  /** The network is gone. */
  release(network: string): void {
    this.#networks.delete(network);
  }

  isolationProblem(): ReturnType<Engine['isolationProblem']> {
    return this.inUse.map((engine) => engine.isolationProblem()).find((problem) => problem !== null) ?? null;
  }

  async prepare(): Promise<void> {
    await Promise.all(this.inUse.map((engine) => engine.prepare()));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#all.values()].map((engine) => engine.close()));
  }
}
