import { RigError } from '@rig-ops/contract/errors';
import type { Kysely } from 'kysely';
import type { Database } from '../../store/database.ts';

/** Columns of `app_domains`. */
export interface AppDomainTable {
  domain: string;
  app_id: string;
}

const MAX_DOMAINS = 50;

/** Keeps which host names are whose: each is of one app at most. */
export class SqlDomainStore {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  /** By name. */
  async of(appId: string): Promise<string[]> {
    const rows = await this.#db
      .selectFrom('app_domains')
      .select('domain')
      .where('app_id', '=', appId)
      .orderBy('domain')
      .execute();
    return rows.map(({ domain }) => domain);
  }

  /** Of every app that has one, by its id. */
  async all(): Promise<Map<string, string[]>> {
    const rows = await this.#db.selectFrom('app_domains').selectAll().orderBy('domain').execute();
    const byApp = new Map<string, string[]>();
    for (const { app_id, domain } of rows) byApp.set(app_id, [...(byApp.get(app_id) ?? []), domain]);
    return byApp;
  }

  /**
   * All of it or nothing; with `check` nothing, as if it had failed, but without an error if it could be done.
   * Adding what the app has already changes nothing.
   * @throws RigError `domain_taken`, `domain_not_found`, `invalid_domain` when there are too many
   */
  async change(
    appId: string,
    add: readonly string[],
    remove: readonly string[],
    { check = false }: { check?: boolean } = {},
  ): Promise<void> {
    const checked = new Error('It could be done');
    const changing = this.#db.transaction().execute(async (transaction) => {
      for (const domain of remove) {
        const { numDeletedRows } = await transaction
          .deleteFrom('app_domains')
          .where('domain', '=', domain)
          .where('app_id', '=', appId)
          .executeTakeFirst();
        if (numDeletedRows === 0n)
          throw new RigError('domain_not_found', `The app has no host name ${domain}.`);
      }
      for (const domain of add) {
        await transaction
          .insertInto('app_domains')
          .values({ domain, app_id: appId })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      }
      const rows = await transaction
        .selectFrom('app_domains')
        .selectAll()
        .where((eb) => eb.or([eb('app_id', '=', appId), eb('domain', 'in', [...add])]))
        .execute();
      const taken = rows.find(({ app_id }) => app_id !== appId);
      if (taken !== undefined) throw new RigError('domain_taken', `${taken.domain} belongs to another app.`);
      if (rows.length > MAX_DOMAINS)
        throw new RigError('invalid_domain', `An app has at most ${MAX_DOMAINS} host names.`);
      if (check) throw checked;
    });
    await changing.catch((error: unknown) => {
      if (error !== checked) throw error;
    });
  }
}
