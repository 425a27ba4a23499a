import { RigError } from '@rig-ops/contract/errors';
import type { AccessPolicy } from '@rig-ops/contract/resources';
import type { Kysely, Selectable } from 'kysely';
import type { Database } from '../../store/database.ts';
import { isDangling, isDuplicate } from '../../store/store-error.ts';
import type { Scope } from '../access/decide.ts';
import type { PolicyRecord, PolicyStore } from './policy-store.ts';
import type { AccessPolicyTable } from './policy-table.ts';

const toColumns = (scope: Scope) => ({
  network: scope.kind === 'network' ? scope.network : null,
  app_id: scope.kind === 'app' ? scope.appId : null,
});

const toScope = ({ network, app_id }: Pick<AccessPolicyTable, 'network' | 'app_id'>): Scope => {
  if (network !== null) return { kind: 'network', network };
  return app_id === null ? { kind: 'platform' } : { kind: 'app', appId: app_id };
};

const toRecord = (row: Selectable<AccessPolicyTable>): PolicyRecord => ({
  scope: toScope(row),
  policy: JSON.parse(row.policy) as AccessPolicy,
  revision: row.revision,
  updatedAt: row.updated_at,
  updatedBy: row.updated_by,
});

export class SqlPolicyStore implements PolicyStore {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  async listOf(scopes: readonly Scope[]): Promise<PolicyRecord[]> {
    const rows = await Promise.all(scopes.map((scope) => this.#at(scope).selectAll().executeTakeFirst()));
    return rows.flatMap((row) => (row === undefined ? [] : [toRecord(row)]));
  }

  async listAll(): Promise<PolicyRecord[]> {
    const rows = await this.#db
      .selectFrom('access_policies')
      .selectAll()
      .orderBy((eb) => eb.or([eb('network', 'is not', null), eb('app_id', 'is not', null)]))
      .orderBy('updated_at')
      .execute();
    return rows.map(toRecord);
  }

  async set(
    { scope, policy, updatedAt, updatedBy }: Omit<PolicyRecord, 'revision'>,
    after: number,
  ): Promise<boolean> {
    const values = { policy: JSON.stringify(policy), updated_at: updatedAt, updated_by: updatedBy };
    const { network, app_id } = toColumns(scope);
    try {
      if (after === 0) {
        await this.#db
          .insertInto('access_policies')
          .values({ network, app_id, ...values, revision: 1 })
          .execute();
        return true;
      }
      const { numUpdatedRows } = await this.#db
        .updateTable('access_policies')
        .set({ ...values, revision: after + 1 })
        .where('network', 'is not distinct from', network)
        .where('app_id', 'is not distinct from', app_id)
        .where('revision', '=', after)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    } catch (error) {
      if (isDuplicate(error)) return false;
      if (isDangling(error)) {
        throw new RigError('not_found', 'The app or network has been removed meanwhile.', { cause: error });
      }
      throw error;
    }
  }

  #at(scope: Scope) {
    const { network, app_id } = toColumns(scope);
    return this.#db
      .selectFrom('access_policies')
      .where('network', 'is not distinct from', network)
      .where('app_id', 'is not distinct from', app_id);
  }
}
