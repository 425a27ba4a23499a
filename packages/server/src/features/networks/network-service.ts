import { RigError } from '@rig-ops/contract/errors';
import { DEFAULT_NETWORK, type Network, type NetworkDetails } from '@rig-ops/contract/resources';
import { type Clock, timestampOf } from '../../clock.ts';
import type { PlatformEngines } from '../../engines/platform-engines.ts';
import type { Page } from '../../store/page.ts';
import type { AccessChanges } from '../access/access-changes.ts';
import type { Reach } from '../access/decide.ts';
import type { AppRecord, AppStore } from '../apps/app-store.ts';
import { chooseEngine } from './choose-engine.ts';
import type { ClusterFiles } from './cluster-files.ts';
import type { EventLog } from '../events/event-log.ts';
import type { NetworkRemovals } from './network-removals.ts';
import type { NetworkRecord, NetworkStore } from './network-store.ts';

export interface NetworkServiceDeps {
  readonly networks: NetworkStore;
  readonly apps: Pick<AppStore, 'list'>;
  readonly engines: PlatformEngines;
  readonly clusters: ClusterFiles;
  readonly removals: NetworkRemovals;
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

  /**
   * What stands for it on what it runs on goes as soon as that can be asked; nothing of it is there for users any more.
   * @param abandon whether what is left of one that was destroyed before is to be left where it is
   * @throws RigError `network_default`, `network_not_empty`, `network_not_found`, `network_being_removed`
   */
  async destroy(name: string, abandon = false): Promise<void> {
    const { changes, drains, engines, events, networks, removals } = this.#deps;
    if (name === DEFAULT_NETWORK)
      throw new RigError('network_default', 'The default network is there on every platform and stays.');
    const before = await removals.find(name);
    if (before !== null) {
      if (abandon) await removals.giveUp(before);
      else await this.#removeLeft(before);
      return;
    }
    for (const userId of await networks.remove(name)) changes.tell(userId);
    await drains.stopOf(`network/${name}`);
    const left = await removals.find(name);
    // What cannot be removed now is told by the status, and tried again.
    if (left !== null) await removals.remove(left);
    engines.release(name);
    await events.append({
      app: null,
      network: name,
      kind: 'network.destroyed',
      message: `Removed the network ${name}.`,
      details: { network: name },
    });
  }

  async #removeLeft(left: Parameters<NetworkRemovals['remove']>[0]): Promise<void> {
    const { name } = left;
    const error = await this.#deps.removals.remove(left);
    if (error === null) return;
    throw new RigError(
      'network_being_removed',
      `What is left of the network ${name} could not be removed: ${error.message}`,
      {
        hint: `It is tried again. If that cluster is gone for good: \`rig networks destroy ${name} --abandon\`.`,
      },
    );
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
