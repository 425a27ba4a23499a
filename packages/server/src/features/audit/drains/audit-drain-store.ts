import { RigError } from '@rig-ops/contract/errors';
import type { Kysely, Selectable } from 'kysely';
import type { Database } from '../../../store/database.ts';
import { isDuplicate } from '../../../store/store-error.ts';
import type { AuditDrainTable } from './audit-drain-table.ts';

export interface StoredDrain {
  readonly name: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly ca: string | undefined;
  readonly allowPrivate: boolean;
  readonly position: number;
  readonly createdAt: string;
}

const toDrain = (row: Selectable<AuditDrainTable>): StoredDrain => ({
  name: row.name,
  url: row.url,
  headers: JSON.parse(row.headers) as Record<string, string>,
  ca: row.ca ?? undefined,
  allowPrivate: row.allow_private === 1,
  position: row.position,
  createdAt: row.created_at,
});

/** Where audit records are sent, and how far. */
export class AuditDrainStore {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  async list(): Promise<StoredDrain[]> {
    const rows = await this.#db.selectFrom('audit_drains').selectAll().orderBy('name').execute();
    return rows.map(toDrain);
  }

  /** @throws RigError `drain_exists` */
  async add(drain: StoredDrain): Promise<void> {
    try {
      await this.#db
        .insertInto('audit_drains')
        .values({
          name: drain.name,
          url: drain.url,
          headers: JSON.stringify(drain.headers),
          ca: drain.ca ?? null,
          allow_private: drain.allowPrivate ? 1 : 0,
          position: drain.position,
          created_at: drain.createdAt,
        })
        .execute();
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      throw new RigError('drain_exists', `There is a drain ${drain.name} already.`);
    }
  }

  async savePosition(name: string, position: number): Promise<void> {
    await this.#db.updateTable('audit_drains').set({ position }).where('name', '=', name).execute();
  }

  async remove(name: string): Promise<void> {
    await this.#db.deleteFrom('audit_drains').where('name', '=', name).execute();
  }
}
