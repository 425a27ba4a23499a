import { RigError } from '@rig-ops/contract/errors';
import { DEFAULT_NETWORK, type Network, type NetworkDetails } from '@rig-ops/contract/resources';
import { type Clock, timestampOf } from '../../clock.ts';
import type { PlatformEngines } from '../../engines/platform-engines.ts';
import type { Logger } from '../../logger.ts';
import type { Page } from '../../store/page.ts';
import type { AccessChanges } from '../access/access-changes.ts';
import type { Reach } from '../access/decide.ts';
import type { AppRecord, AppStore } from '../apps/app-store.ts';
import { chooseEngine } from './choose-engine.ts';
import type { ClusterFiles } from './cluster-files.ts';
import type { EventLog } from '../events/event-log.ts';
import type { NetworkRecord, NetworkStore } from './network-store.ts';

export interface NetworkServiceDeps {
  readonly networks: NetworkStore;
  readonly apps: Pick<AppStore, 'list'>;
  readonly engines: PlatformEngines;
  readonly clusters: ClusterFiles;
  readonly log: Logger;
  /** Told of those whose roles went with a network. */
  readonly changes: AccessChanges;
  /** Stops the drains of a network that is gone. */
  readonly drains: { stopOf(target: string): Promise<void> };
  readonly events: EventLog;
  readonly clock: Clock;
}

export interface NewNetwork {
  readonly name: string;
  /** That of the platform when absent. */
  readonly engine?: string;
  /** As JSON; for an engine of clusters. */
  readonly kubeconfig?: string;
}

const NOTHING = { discovery: 'variables', isolated: false } as const;

/** Creates, shows and removes networks. */
export class NetworkService {
  readonly #deps: NetworkServiceDeps;

  constructor(deps: NetworkServiceDeps) {
    this.#deps = deps;
  }

  /** The networks within reach. */
  async list(reach: Reach): Promise<Network[]> {
    const all = await this.#deps.networks.list();
    const seen = all.filter(({ name }) => reach.everywhere || reach.networks.has(name));
    const members = await this.#membersOf(seen.map(({ name }) => name));
    return await Promise.all(seen.map((network) => this.#describe(network, members.get(network.name) ?? [])));
  }

  /** @throws RigError `network_not_found` */
  async get(name: string): Promise<NetworkDetails> {
    const network = await this.#deps.networks.get(name);
    if (network === undefined) throw new RigError('network_not_found', `There is no network named ${name}.`);
    const members = (await this.#membersOf([name])).get(name) ?? [];
    return { ...(await this.#describe(network, members)), ...(await this.#problemOf(name)), members };
  }

  /** @throws RigError `network_exists`, `engine_not_available`, `kubeconfig_invalid`, `invalid_input` */
  async create({ name, engine, kubeconfig }: NewNetwork, user: string): Promise<Network> {
    const { clock, clusters, engines, events, networks } = this.#deps;
    const chosen = await chooseEngine({ engine, kubeconfig, network: name }, engines);
    const made = { name, createdAt: timestampOf(clock), createdBy: user };
    const network: NetworkRecord = { ...made, ...chosen, follows: engine === undefined };
    await networks.create(network);
    try {
      if (kubeconfig !== undefined) await clusters.write(name, kubeconfig);
    } catch (error) {
      await networks.remove(name);
      throw error;
    }
    engines.assign(name, chosen);
    await events.append({
      app: null,
      network: name,
      kind: 'network.created',
      message: `Created the network ${name}${engine === undefined ? '' : ` for the engine ${engine}`}.`,
      details: { network: name },
    });
    return { ...(await this.#describe(network, [])), ...(await this.#problemOf(name)) };
  }

  /** @throws RigError `network_default`, `network_not_empty`, `network_not_found` */
  async destroy(name: string): Promise<void> {
    const { changes, clusters, drains, engines, events, log, networks } = this.#deps;
    if (name === DEFAULT_NETWORK)
      throw new RigError('network_default', 'The default network is there on every platform and stays.');
    for (const userId of await networks.remove(name)) changes.tell(userId);
    await drains.stopOf(`network/${name}`);
    // What stands for it holds nothing, and is removed with the platform otherwise.
    // Any engine can be asked: it is one supervisor that they drive.
    await engines.own
      .forgetNetwork(name)
      .catch((error: unknown) => log.warn('what stands for a network was not removed', { name, error }));
    engines.release(name);
    await clusters.remove(name);
    await events.append({
      app: null,
      network: name,
      kind: 'network.destroyed',
      message: `Removed the network ${name}.`,
      details: { network: name },
    });
  }

  async #describe(
    { name, cluster, createdAt, createdBy, engine }: NetworkRecord,
    members: string[],
  ): Promise<Network> {
    const { clusters, engines } = this.#deps;
    // Of an engine that this version does not have, nothing is promised.
    const { discovery, isolated } = engines.find(engine)?.capabilities.networks ?? NOTHING;
    const named = cluster ?? (engine === 'kubernetes' ? engines.cluster : null);
    const place = named === null ? null : await clusters.placeOf(named);
    return { name, apps: members.length, engine, cluster: place, discovery, isolated, createdAt, createdBy };
  }

  async #problemOf(name: string): Promise<Pick<Network, 'problem'>> {
    const found = await this.#deps.engines.problemIn(name);
    return found === null ? {} : { problem: { message: found.message, fix: found.fix } };
  }

  /** Names of apps by network. */
  async #membersOf(names: readonly string[]): Promise<Map<string, string[]>> {
    const members = new Map<string, string[]>(names.map((name) => [name, []]));
    let cursor: string | null = null;
    do {
      const reach = { everywhere: false, networks: new Set(names), apps: new Set<string>() } as const;
      const page: Page<AppRecord> = await this.#deps.apps.list(
        { limit: 1000, ...(cursor === null ? {} : { cursor }) },
        reach,
      );
      for (const { name, network } of page.items) members.get(network)?.push(name);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return members;
  }
}
