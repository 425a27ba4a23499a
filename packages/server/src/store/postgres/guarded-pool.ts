import { setTimeout as delay } from 'node:timers/promises';
import { RigError } from '@rig-ops/contract/errors';
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import { type ClientConfig, Pool, type PoolClient } from 'pg';
import { isPassing, toPostgresError } from './postgres-error.ts';

/** Requests wait so long for a server that restarts; people and proxies wait about as long for an answer. */
const PATIENCE_MS = 15_000;
const RETRY_MS = 100;
/** rigd's own work is short, and a connection of theirs is a process of the server. */
const POOL_SIZE = 4;

/** Shut while nobody knows whether this rigd is still the one. */
export interface Gate {
  /** Resolves when work may go on. @throws RigError `database_unavailable` when it does not within the time */
  passed(withinMs: number): Promise<void>;
}

/** Connections for Kysely, whose errors are ours, and which are waited for over a restart of the server. */
export class GuardedPool implements PostgresPool {
  readonly options: object;
  readonly #pool: Pool;
  readonly #gate: Gate;
  readonly #place: string;
  readonly #guarded = new WeakMap<PoolClient, PostgresPoolClient>();
  readonly #onEnd: () => Promise<void>;
  readonly #worker: string | undefined;

  constructor(
    config: ClientConfig,
    {
      gate,
      place,
      worker,
      onEnd,
    }: { gate: Gate; place: string; worker: string | undefined; onEnd: () => Promise<void> },
  ) {
    this.#pool = new Pool({ ...config, max: POOL_SIZE, idleTimeoutMillis: 60_000, allowExitOnIdle: true });
    this.options = { max: POOL_SIZE };
    this.#gate = gate;
    this.#place = place;
    this.#worker = worker;
    this.#onEnd = onEnd;
    // Whoever uses a connection gets the error of their query; without a listener Node would end rigd.
    this.#pool.on('connect', (client) => client.on('error', () => {}));
    this.#pool.on('error', () => {});
  }

  async connect(): Promise<PostgresPoolClient> {
    const until = performance.now() + PATIENCE_MS;
    for (;;) {
      await this.#gate.passed(until - performance.now());
      try {
        const client = await this.#pool.connect();
        return this.#guarded.get(client) ?? (await this.#guard(client));
      } catch (error) {
        if (!isPassing(error) || performance.now() > until) throw toPostgresError(error, this.#place);
        await delay(RETRY_MS);
      }
    }
  }

  async end(): Promise<void> {
    await this.#pool.end();
    await this.#onEnd();
  }

  async #guard(client: PoolClient): Promise<PostgresPoolClient> {
    if (this.#worker !== undefined) await this.#enlist(client, this.#worker);
    const guarded = {
      query: async (text: string, parameters: unknown[]) => {
        try {
          return await client.query(text, parameters);
        } catch (error) {
          throw toPostgresError(error, this.#place);
        }
      },
      release: (destroy?: boolean) => client.release(destroy),
    } as unknown as PostgresPoolClient;
    this.#guarded.set(client, guarded);
    return guarded;
  }

  /** Says to other rigds that somebody works here still. */
  async #enlist(client: PoolClient, key: string): Promise<void> {
    try {
      const { rows } = await client.query<{ free: boolean }>(
        `select pg_try_advisory_lock_shared${key} as free`,
      );
      if (rows[0]?.free === true) return;
    } catch (error) {
      client.release(true);
      throw error;
    }
    client.release(true);
    throw new RigError('database_in_use', `Another rigd is beginning to use ${this.#place}.`);
  }
}
