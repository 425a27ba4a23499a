import type { Kysely } from 'kysely';
import type { Database } from '../../store/database.ts';

export interface BuildArchive {
  /** SHA-256 of the tar, in hex. */
  readonly sha256: string;
  readonly bytes: number;
}

/** What the artifacts of builds are as archives. It never changes: an artifact does not. */
export class BuildArchiveStore {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  async get(buildId: string): Promise<BuildArchive | undefined> {
    const row = await this.#db
      .selectFrom('build_archives')
      .select(['tar_sha256', 'tar_bytes'])
      .where('build_id', '=', buildId)
      .executeTakeFirst();
    return row === undefined ? undefined : { sha256: row.tar_sha256, bytes: row.tar_bytes };
  }

  /** The first word stands. */
  async add(buildId: string, { sha256, bytes }: BuildArchive, createdAt: string): Promise<void> {
    await this.#db
      .insertInto('build_archives')
      .values({ build_id: buildId, tar_sha256: sha256, tar_bytes: bytes, created_at: createdAt })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  async remove(buildId: string): Promise<void> {
    await this.#db.deleteFrom('build_archives').where('build_id', '=', buildId).execute();
  }
}
