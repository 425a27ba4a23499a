import { setTimeout as delay } from 'node:timers/promises';
import { RigError } from '@rig-ops/contract/errors';
import { Client, type ClientConfig } from 'pg';
import type { Gate } from './guarded-pool.ts';
import type { LockKeys } from './locks.ts';
import { toPostgresError } from './postgres-error.ts';

/** A rigd that was killed lets go when the kernel closes its sockets, and the server has looked at them. */
const TAKE_WITHIN_MS = 5_000;
/** A server that restarts, or a network that comes back: longer than that, rigd ends and is started again. */
const RETAKE_WITHIN_MS = 30_000;
const RETRY_MS = 100;
/** A server that vanished closes nothing; it is asked. */
const ASK_EVERY_MS = 5_000;
const ANSWER_WITHIN_MS = 10_000;

export interface SoleUserOptions {
  readonly config: ClientConfig;
  readonly keys: LockKeys;
  readonly place: string;
  /** Told once, when another rigd has the database, or it does not come back: nothing works any more. */
  readonly onLost: (error: RigError) => void;
}

/**
 * Holds the lock that makes this rigd the only one, on a connection of its own. With the connection the lock is lost;
 * then no work begins until it is held again and nobody has had it in between.
 */
export class SoleUser implements Gate {
  readonly #options: SoleUserOptions;
  #client: Client | undefined;
  /** How often a rigd has begun with this database, as this one left it. */
  #term = '';
  #opened = Promise.withResolvers<void>();
  #failure: RigError | undefined;
  #closed = false;
  #timer: NodeJS.Timeout | undefined;

  private constructor(options: SoleUserOptions) {
    this.#options = options;
    this.#opened.promise.catch(() => {});
  }

  /** @throws RigError `database_in_use` while another rigd has the lock, or works still */
  static async take(options: SoleUserOptions): Promise<SoleUser> {
    const sole = new SoleUser(options);
    try {
      const client = await sole.#connectAndLock(TAKE_WITHIN_MS);
      await sole.#awaitWorkers(client);
      const { rows } = await client.query<{ term: string }>(
        'update rig_schema set term = term + 1 returning term::text as term',
      );
      sole.#term = rows[0]?.term ?? '';
      sole.#hold(client);
      return sole;
    } catch (error) {
      await sole.close();
      throw toPostgresError(error, options.place);
    }
  }

  async passed(withinMs: number): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#client !== undefined) return;
    const ended = new AbortController();
    try {
      const late = delay(Math.max(0, withinMs), 'late' as const, { signal: ended.signal });
      late.catch(() => {});
      if ((await Promise.race([this.#opened.promise, late])) === 'late') {
        const message = `${this.#options.place} has not come back within the time a request waits.`;
        throw new RigError('database_unavailable', message);
      }
    } finally {
      ended.abort();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => {});
  }

  async #connectAndLock(withinMs: number): Promise<Client> {
    const { config, keys, place } = this.#options;
    const until = performance.now() + withinMs;
    const client = new Client({ ...config, query_timeout: ANSWER_WITHIN_MS });
    client.on('error', () => {});
    try {
      await client.connect();
      for (;;) {
        if (await tryLock(client, `pg_try_advisory_lock${keys.soleUser}`)) return client;
        if (performance.now() > until)
          throw new RigError('database_in_use', `Another rigd is using ${place}.`);
        await delay(RETRY_MS);
      }
    } catch (error) {
      void client.end().catch(() => {});
      throw error;
    }
  }

  /** What an earlier rigd has begun ends before this one does anything. */
  async #awaitWorkers(client: Client): Promise<void> {
    const { keys, place } = this.#options;
    const until = performance.now() + TAKE_WITHIN_MS;
    while (!(await tryLock(client, `pg_try_advisory_lock${keys.worker}`))) {
      if (performance.now() > until)
        throw new RigError('database_in_use', `Another rigd works with ${place} still.`);
      await delay(RETRY_MS);
    }
    await client.query(`select pg_advisory_unlock${keys.worker}`);
  }

  #hold(client: Client): void {
    this.#client = client;
    this.#opened.resolve();
    const lost = () => {
      if (this.#client !== client || this.#closed) return;
      this.#client = undefined;
      clearInterval(this.#timer);
      this.#opened = Promise.withResolvers();
      this.#opened.promise.catch(() => {});
      void client.end().catch(() => {});
      void this.#retake();
    };
    client.on('error', lost);
    client.on('end', lost);
    this.#timer = setInterval(() => void client.query('select 1').catch(lost), ASK_EVERY_MS);
    this.#timer.unref();
  }

  async #retake(): Promise<void> {
    const until = performance.now() + RETAKE_WITHIN_MS;
    let last: unknown;
    while (!this.#closed) {
      try {
        const client = await this.#connectAndLock(Math.max(0, until - performance.now()));
        const { rows } = await client.query<{ term: string }>('select term::text as term from rig_schema');
        if (rows[0]?.term === this.#term && !this.#closed) {
          this.#hold(client);
          return;
        }
        void client.end().catch(() => {});
        const message = `Another rigd has used ${this.#options.place} while this one had lost it.`;
        this.#fail(new RigError('database_in_use', message));
        return;
      } catch (error) {
        last = toPostgresError(error, this.#options.place);
        if (performance.now() > until) break;
        await delay(RETRY_MS);
      }
    }
    const message = `${this.#options.place} has not come back.`;
    this.#fail(
      last instanceof RigError ? last : new RigError('database_unavailable', message, { cause: last }),
    );
  }

  #fail(error: RigError): void {
    if (this.#closed) return;
    this.#failure = error;
    this.#opened.reject(error);
    this.#options.onLost(error);
  }
}

async function tryLock(client: Client, call: string): Promise<boolean> {
  const { rows } = await client.query<{ held: boolean }>(`select ${call} as held`);
  return rows[0]?.held === true;
}
