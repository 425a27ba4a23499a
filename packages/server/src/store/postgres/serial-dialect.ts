import type { DatabaseConnection, Driver, PostgresDialectConfig } from 'kysely';
import { CompiledQuery, PostgresDialect, PostgresDriver } from 'kysely';

/**
 * Transactions one after another, as SQLite has them, whichever rigd they come from: stores read, decide and write in
 * them, and need no lock of their own. Statements outside of transactions go on side by side. A statement within one
 * sees what was committed before it began, so all that came before it (read committed).
 */
class SerialDriver extends PostgresDriver {
  readonly #begin: CompiledQuery;

  constructor(config: PostgresDialectConfig, lock: string) {
    super(config);
    // In one message, so that the lock costs no round trip of its own; it ends with the transaction.
    this.#begin = CompiledQuery.raw(
      `begin isolation level read committed; select pg_advisory_xact_lock${lock}`,
    );
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(this.#begin);
  }
}

export class SerialPostgresDialect extends PostgresDialect {
  readonly #config: PostgresDialectConfig;
  readonly #lock: string;

  /** @param lock arguments of the advisory lock that transactions take */
  constructor(config: PostgresDialectConfig, lock: string) {
    super(config);
    this.#config = config;
    this.#lock = lock;
  }

  override createDriver(): Driver {
    return new SerialDriver(this.#config, this.#lock);
  }
}
