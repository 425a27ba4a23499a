import type { BundleManifest } from '@rig-ops/contract/bundle-manifest';
import type { Kysely } from 'kysely';
import type { Database } from '../../store/database.ts';
import type { BundleRecord, BundleStore } from './bundle-store.ts';

export class SqliteBundleStore implements BundleStore {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  async announce(bundle: { id: string; appId: string; manifest: BundleManifest; at: string }): Promise<void> {
    await this.#db
      .insertInto('bundles')
      .values({
        app_id: bundle.appId,
        id: bundle.id,
        manifest: JSON.stringify(bundle.manifest),
        created_at: bundle.at,
        committed_at: null,
      })
      .onConflict((conflict) => conflict.columns(['app_id', 'id']).doNothing())
      .execute();
  }

  async find(appId: string, id: string): Promise<BundleRecord | undefined> {
    const row = await this.#db
      .selectFrom('bundles')
      .select(['manifest', 'committed_at'])
      .where('app_id', '=', appId)
      .where('id', '=', id)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const manifest = JSON.parse(row.manifest) as BundleManifest;
    return { id, appId, manifest, committed: row.committed_at !== null };
  }

  async markCommitted(appId: string, id: string, at: string): Promise<void> {
    await this.#db
      .updateTable('bundles')
      .set({ committed_at: at })
      .where('app_id', '=', appId)
      .where('id', '=', id)
      .where('committed_at', 'is', null)
      .execute();
  }
}
