import { setTimeout as delay } from 'node:timers/promises';
import { isRigError, type RigError } from '@rig-ops/contract/errors';
import type { Problem } from '@rig-ops/contract/resources';
import type { Kysely } from 'kysely';
import type { PlatformEngines } from '../../engines/platform-engines.ts';
import type { Logger } from '../../logger.ts';
import type { Database } from '../../store/database.ts';
import type { ClusterFiles } from './cluster-files.ts';

export interface NetworkRemovalsDeps {
  readonly db: Kysely<Database>;
  readonly engines: Pick<PlatformEngines, 'own' | 'cluster' | 'release'>;
  readonly clusters: Pick<ClusterFiles, 'remove'>;
  readonly log: Logger;
  readonly pauseMs?: number;
}

interface Removal {
  readonly name: string;
  readonly engine: string;
  readonly cluster: string | null;
}

const PAUSE_MS = 20_000;

/**
 * What stands for networks that were destroyed is removed from what they ran on, be that away at the moment: it is noted
 * together with the end of the network, and tried again until it is done, also over restarts.
 */
export class NetworkRemovals {
  readonly #deps: NetworkRemovalsDeps;
  readonly #failed = new Map<string, RigError>();
  readonly #stopped = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(deps: NetworkRemovalsDeps) {
    this.#deps = deps;
  }

  /** Those that are not done. */
  async list(): Promise<Removal[]> {
    return await this.#deps.db
      .selectFrom('network_removals')
      .select(['name', 'engine', 'cluster'])
      .orderBy('name')
      .execute();
  }

  async find(name: string): Promise<Removal | null> {
    return (await this.list()).find((each) => each.name === name) ?? null;
  }

  /** @returns why it could not be done now; null when it is done */
  async remove({ cluster, engine, name }: Removal): Promise<RigError | null> {
    const { engines, log } = this.#deps;
    try {
      const of = engine === 'kubernetes' ? (cluster ?? engines.cluster) : null;
      // Any engine can be asked: it is one supervisor that they drive.
      await engines.own.forgetNetwork(name, of);
    } catch (error) {
      if (!isRigError(error)) throw error;
      log.warn('what stands for a network was not removed', { name, error });
      this.#failed.set(name, error);
      return error;
    }
    await this.giveUp({ name, cluster });
    return null;
  }

  /** What is left of it stays where it is. */
  async giveUp({ cluster, name }: Pick<Removal, 'name' | 'cluster'>): Promise<void> {
    const { clusters, db } = this.#deps;
    this.#failed.delete(name);
    if (cluster !== null) await clusters.remove(cluster);
    await db.deleteFrom('network_removals').where('name', '=', name).execute();
  }

  async problems(): Promise<Problem[]> {
    const left = new Set((await this.list()).map(({ name }) => name));
    return [...this.#failed]
      .filter(([name]) => left.has(name))
      .map(([name, error]) => ({
        code: 'network_left',
        app: null,
        message: `What is left of the network ${name}, which was destroyed, could not be removed yet: ${error.message}`,
        fix: `It is tried again. If that cluster is gone for good: \`rig networks destroy ${name} --abandon\`.`,
      }));
  }

  start(): void {
    this.#running = this.#run(this.#stopped.signal);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        for (const removal of await this.list()) if (!signal.aborted) await this.remove(removal);
      } catch (error) {
        if (!signal.aborted) this.#deps.log.warn('networks that are gone could not be looked at', { error });
      }
      await delay(this.#deps.pauseMs ?? PAUSE_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
}
