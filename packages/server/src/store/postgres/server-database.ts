import { Kysely, type TransactionBuilder } from 'kysely';

/**
 * Lets the transactions of this process wait here for one another: in the server each would keep a connection busy
 * with waiting, and none would be left to read with.
 */
export class ServerDatabase<T> extends Kysely<T> {
  #last: Promise<unknown> = Promise.resolve();

  override transaction(): TransactionBuilder<T> {
    const builder = super.transaction();
    const execute = builder.execute.bind(builder);
    builder.execute = async (work, ...options) => {
      const turn = this.#last.then(async () => await execute(work, ...options));
      this.#last = turn.catch(() => undefined);
      return await turn;
    };
    return builder;
  }
}
