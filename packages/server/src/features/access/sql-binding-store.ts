import type { Role } from '@rig-ops/contract/access';
import { RigError } from '@rig-ops/contract/errors';
import type { Kysely, Selectable } from 'kysely';
import type { Database } from '../../store/database.ts';
import { isDangling, isDuplicate } from '../../store/store-error.ts';
import type { BindingTable } from './access-tables.ts';
import type { Binding, BindingStore } from './binding-store.ts';
import type { Grant, Scope } from './decide.ts';

const goneMeanwhile = (cause: unknown) =>
  new RigError('user_not_found', 'The user, or the app, has been removed meanwhile.', { cause });

const toScope = ({ network, app_id }: Pick<BindingTable, 'network' | 'app_id'>): Scope => {
  if (network !== null) return { kind: 'network', network };
  return app_id === null ? { kind: 'platform' } : { kind: 'app', appId: app_id };
};

const toColumns = (scope: Scope): Pick<BindingTable, 'network' | 'app_id'> => ({
  network: scope.kind === 'network' ? scope.network : null,
  app_id: scope.kind === 'app' ? scope.appId : null,
});

const toBinding = (row: Selectable<BindingTable>): Binding => ({
  id: row.id,
  userId: row.user_id,
  // A role of a newer rig allows nothing here, since no verb is known of it.
  role: row.role as Role,
  scope: toScope(row),
  createdAt: row.created_at,
  createdBy: row.created_by,
});

export class SqlBindingStore implements BindingStore {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  async add({ id, userId, role, scope, createdAt, createdBy }: Binding): Promise<boolean> {
    const row = {
      id,
      user_id: userId,
      role,
      ...toColumns(scope),
      created_at: createdAt,
      created_by: createdBy,
    };
    try {
      await this.#db.insertInto('bindings').values(row).execute();
      return true;
    } catch (error) {
      if (isDuplicate(error)) return false;
      if (isDangling(error)) throw goneMeanwhile(error);
      throw error;
    }
  }

  async remove(userId: string, { role, scope }: Grant): Promise<boolean> {
    const { network, app_id } = toColumns(scope);
    const { numDeletedRows } = await this.#db
      .deleteFrom('bindings')
      .where('user_id', '=', userId)
      .where('role', '=', role)
      .where('network', 'is not distinct from', network)
      .where('app_id', 'is not distinct from', app_id)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }

  async listOf(userId: string): Promise<Binding[]> {
    const rows = await this.#all().where('user_id', '=', userId).execute();
    return rows.map(toBinding);
  }

  async listAll(): Promise<Binding[]> {
    return (await this.#all().execute()).map(toBinding);
  }

  #all() {
    return this.#db.selectFrom('bindings').selectAll().orderBy('created_at').orderBy('id');
  }
}
