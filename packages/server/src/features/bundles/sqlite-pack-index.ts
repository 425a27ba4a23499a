import type { PackIndex } from '@rig-ops/bundle';
import type { Kysely } from 'kysely';
import type { Database } from '../../store/database.ts';

type Chunk = Parameters<PackIndex['add']>[2][number];
type Place = Awaited<ReturnType<PackIndex['find']>> extends Map<string, infer P> ? P : never;

/** SQLite binds at most 32,766 values per statement (SQLITE_MAX_VARIABLE_NUMBER); a chunk's row takes 6. */
const CHUNKS_PER_INSERT = 1_000;
const DIGESTS_PER_SELECT = 10_000;

function* slicesOf<T>(items: readonly T[], size: number): Generator<T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

/** Remembers in SQLite where the chunks of an app lie in its packs. */
export class SqlitePackIndex implements PackIndex {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  async add(appId: string, packId: string, chunks: Chunk[]): Promise<void> {
    await this.#db.transaction().execute(async (transaction) => {
      await transaction
        .insertInto('packs')
        .values({ app_id: appId, id: packId })
        .onConflict((conflict) => conflict.columns(['app_id', 'id']).doNothing())
        .execute();
      for (const slice of slicesOf(chunks, CHUNKS_PER_INSERT)) {
        await transaction
          .insertInto('chunks')
          .values(
            slice.map(({ digest, offset, size, storedSize }) => ({
              app_id: appId,
              digest,
              pack_id: packId,
              offset,
              size,
              stored_size: storedSize,
            })),
          )
          // A chunk that came in two packs is found in the first.
          .onConflict((conflict) => conflict.columns(['app_id', 'digest']).doNothing())
          .execute();
      }
    });
  }

  async find(appId: string, digests: string[]): Promise<Map<string, Place>> {
    const found = new Map<string, Place>();
    for (const slice of slicesOf(digests, DIGESTS_PER_SELECT)) {
      const rows = await this.#db
        .selectFrom('chunks')
        .select(['digest', 'pack_id', 'offset', 'size', 'stored_size'])
        .where('app_id', '=', appId)
        .where('digest', 'in', slice)
        .execute();
      for (const { digest, pack_id, offset, size, stored_size } of rows) {
        found.set(digest, { packId: pack_id, offset, size, storedSize: stored_size });
      }
    }
    return found;
  }

  async hasPack(appId: string, packId: string): Promise<boolean> {
    const row = await this.#db
      .selectFrom('packs')
      .select('id')
      .where('app_id', '=', appId)
      .where('id', '=', packId)
      .executeTakeFirst();
    return row !== undefined;
  }

  async removeApp(appId: string): Promise<string[]> {
    const rows = await this.#db.deleteFrom('packs').where('app_id', '=', appId).returning('id').execute();
    return rows.map(({ id }) => id);
  }
}
