import { RigError } from '@rig-ops/contract/errors';
import { DEFAULT_NETWORK, type Network, type NetworkDetails } from '@rig-ops/contract/resources';
import { type Clock, timestampOf } from '../../clock.ts';
import type { Engine } from '../../engines/engine.ts';
import type { Logger } from '../../logger.ts';
import type { Page } from '../../store/page.ts';
import type { AccessChanges } from '../access/access-changes.ts';
import type { Reach } from '../access/decide.ts';
import type { AppRecord, AppStore } from '../apps/app-store.ts';
import type { EventLog } from '../events/event-log.ts';
import type { NetworkRecord, NetworkStore } from './network-store.ts';

export interface NetworkServiceDeps {
  readonly networks: NetworkStore;
  readonly apps: Pick<AppStore, 'list'>;
  readonly engine: Pick<Engine, 'name' | 'capabilities' | 'forgetNetwork'>;
  readonly log: Logger;
  /** Told of those whose roles went with a network. */
  readonly changes: AccessChanges;
  /** Stops the drains of a network that is gone. */
  readonly drains: { stopOf(target: string): Promise<void> };
  readonly events: EventLog;
  readonly clock: Clock;
}

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
    return seen.map((network) => this.#describe(network, members.get(network.name) ?? []));
  }

  /** @throws RigError `network_not_found` */
  async get(name: string): Promise<NetworkDetails> {
    const network = await this.#deps.networks.get(name);
    if (network === undefined) throw new RigError('network_not_found', `There is no network named ${name}.`);
    const members = (await this.#membersOf([name])).get(name) ?? [];
    return { ...this.#describe(network, members), members };
  }

  /** @throws RigError `network_exists` */
  async create(name: string, user: string): Promise<Network> {
    const { clock, events, networks } = this.#deps;
    const network: NetworkRecord = {
      name,
      createdAt: timestampOf(clock),
      createdBy: user,
      engine: this.#deps.engine.name,
      follows: true,
      cluster: null,
    };
    await networks.create(network);
    await events.append({
      app: null,
      network: name,
      kind: 'network.created',
      message: `Created the network ${name}.`,
      details: { network: name },
    });
    return this.#describe(network, []);
  }

  /** @throws RigError `network_default`, `network_not_empty`, `network_not_found` */
  async destroy(name: string): Promise<void> {
    const { changes, drains, engine, events, log, networks } = this.#deps;
    if (name === DEFAULT_NETWORK)
      throw new RigError('network_default', 'The default network is there on every platform and stays.');
    for (const userId of await networks.remove(name)) changes.tell(userId);
    await drains.stopOf(`network/${name}`);
    // What stands for it holds nothing, and is removed with the platform otherwise.
    await engine
      .forgetNetwork(name)
      .catch((error: unknown) => log.warn('what stands for a network was not removed', { name, error }));
    await events.append({
      app: null,
      network: name,
      kind: 'network.destroyed',
      message: `Removed the network ${name}.`,
      details: { network: name },
    });
  }

  #describe({ name, createdAt, createdBy }: NetworkRecord, members: string[]): Network {
    const { discovery, isolated } = this.#deps.engine.capabilities.networks;
    return { name, apps: members.length, discovery, isolated, createdAt, createdBy };
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
