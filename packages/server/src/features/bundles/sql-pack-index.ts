import type { PackedChunk } from '@rig-ops/bundle';
import type { ChunkPlace, PackIndex, StoredPack } from '@rig-ops/bundle/store';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../../store/database.ts';
import { rowsOf } from '../../store/dialect.ts';
import { decodeChunkList, encodeChunkList } from './chunk-list.ts';
import { ChunkPlaces } from './chunk-places.ts';

/**
 * Remembers which chunks are in the packs of an app. To look chunks up, the lists of all packs of the app
 * are read: an upload asks for all of its chunks anyway, three times. Those of the app that was asked for last
 * stay in memory, some 150 bytes a chunk.
 */
export class SqlPackIndex implements PackIndex {
  readonly #db: Kysely<Database>;
  #last: { appId: string; places: ChunkPlaces } | undefined;
  /** Counts what was stored and removed: what is read meanwhile may lack it, and is not kept. */
  #changes = 0;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  async add(appId: string, pack: StoredPack, chunks: readonly PackedChunk[]): Promise<void> {
    const { id, bytes, storedAt: stored_at } = pack;
    this.#changes += 1;
    await this.#db
      .insertInto('packs')
      .values({ app_id: appId, id, bytes, stored_at, chunks: encodeChunkList(chunks) })
      .onConflict((conflict) => conflict.columns(['app_id', 'id']).doUpdateSet({ bytes }))
      .execute();
    this.#changes += 1;
    if (this.#last?.appId === appId) this.#last.places.add(id, chunks);
  }

  async find(appId: string, digests: Iterable<string>): Promise<Map<string, ChunkPlace>> {
    const places = await this.#places(appId);
    const found = new Map<string, ChunkPlace>();
    for (const digest of digests) {
      const place = places.get(digest);
      if (place !== undefined) found.set(digest, place);
    }
    return found;
  }

  async missing(appId: string, digests: Iterable<string>): Promise<Set<string>> {
    const places = await this.#places(appId);
    const missing = new Set<string>();
    for (const digest of digests) if (!places.has(digest)) missing.add(digest);
    return missing;
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
    const found = await this.find(appId, digests);
    return new Set([...found.values()].map(({ packId }) => packId));
  }

  async removePacks(appId: string, packIds: readonly string[]): Promise<void> {
    if (packIds.length === 0) return;
    this.#forget();
    await sql`delete from packs
      where app_id = ${appId} and id in ${rowsOf(this.#db, packIds)}`.execute(this.#db);
    this.#forget();
  }

  async removeApp(appId: string): Promise<string[]> {
    this.#forget();
    const rows = await this.#db.deleteFrom('packs').where('app_id', '=', appId).returning('id').execute();
    this.#forget();
    return rows.map(({ id }) => id);
  }

  async #places(appId: string): Promise<ChunkPlaces> {
    if (this.#last?.appId === appId) return this.#last.places;
    const before = this.#changes;
    const rows = await this.#db
      .selectFrom('packs')
      .select(['id', 'chunks'])
      .where('app_id', '=', appId)
      .orderBy('number')
      .execute();
    const places = new ChunkPlaces();
    for (const { id, chunks } of rows) places.add(id, decodeChunkList(chunks));
    if (before === this.#changes) this.#last = { appId, places };
    return places;
  }

  #forget(): void {
    this.#changes += 1;
    this.#last = undefined;
  }
}
