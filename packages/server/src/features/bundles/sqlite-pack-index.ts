import type { ChunkPlace, PackedChunk, PackIndex, StoredPack } from '@rig-ops/bundle';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../../store/database.ts';

/**
 * Remembers in SQLite where the chunks of an app lie in its packs. Many values go as one JSON text
 * (https://sqlite.org/json1.html#jeach): a statement binds a bounded number of them, and each costs. `cross
 * join` has SQLite go through that text once and look each up, not the other way round.
 */
export class SqlitePackIndex implements PackIndex {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  async add(appId: string, pack: StoredPack, chunks: readonly PackedChunk[]): Promise<void> {
    const { id, bytes, storedAt: stored_at } = pack;
    const rows = JSON.stringify(chunks.map(({ digest, offset, size }) => [digest, offset, size]));
    await this.#db.transaction().execute(async (transaction) => {
      const { number } = await transaction
        .insertInto('packs')
        .values({ app_id: appId, id, bytes, stored_at })
        .onConflict((conflict) => conflict.columns(['app_id', 'id']).doUpdateSet({ bytes }))
        .returning('number')
        .executeTakeFirstOrThrow();
      // A chunk that came in two packs is found in the first.
      await sql`insert into chunks (app_id, digest, pack, offset, size)
        select ${appId}, value ->> 0, ${number}, value ->> 1, value ->> 2 from json_each(${rows}) where true
        on conflict (app_id, digest) do nothing`.execute(transaction);
    });
  }

  async find(appId: string, digests: Iterable<string>): Promise<Map<string, ChunkPlace>> {
    const { rows } = await sql<{ digest: string; packId: string; offset: number; size: number }>`
      select chunks.digest, packs.id as packId, chunks.offset, chunks.size
      from json_each(${asJson(digests)}) as asked
      cross join chunks on chunks.app_id = ${appId} and chunks.digest = asked.value
      join packs on packs.number = chunks.pack`.execute(this.#db);
    return new Map(
      rows.map(({ digest, packId, offset, size }) => [digest, { packId, offset, size }] as const),
    );
  }

  async missing(appId: string, digests: Iterable<string>): Promise<Set<string>> {
    const { rows } = await sql<{ digest: string }>`
      select asked.value as digest from json_each(${asJson(digests)}) as asked
      where not exists (select 1 from chunks where app_id = ${appId} and digest = asked.value)
      order by asked.key`.execute(this.#db);
    return new Set(rows.map(({ digest }) => digest));
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

  async packs(appId: string): Promise<StoredPack[]> {
    return await this.#db
      .selectFrom('packs')
      .select(['id', 'bytes', 'stored_at as storedAt'])
      .where('app_id', '=', appId)
      .execute();
  }

  async packsHolding(appId: string, digests: Iterable<string>): Promise<Set<string>> {
    const { rows } = await sql<{ id: string }>`
      select distinct packs.id from json_each(${asJson(digests)}) as asked
      cross join chunks on chunks.app_id = ${appId} and chunks.digest = asked.value
      join packs on packs.number = chunks.pack`.execute(this.#db);
    return new Set(rows.map(({ id }) => id));
  }

  async removePacks(appId: string, packIds: readonly string[]): Promise<void> {
    await sql`delete from packs
      where app_id = ${appId} and id in (select value from json_each(${asJson(packIds)}))`.execute(this.#db);
  }

  async removeApp(appId: string): Promise<string[]> {
    const rows = await this.#db.deleteFrom('packs').where('app_id', '=', appId).returning('id').execute();
    return rows.map(({ id }) => id);
  }
}

const asJson = (values: Iterable<string>): string => JSON.stringify([...values]);
