import type { Kysely, Selectable } from 'kysely';
import type { Database } from '../../store/database.ts';
import type { RecordingTable } from './recording-table.ts';

export type RecordingRow = Selectable<RecordingTable>;

/** What is known of the recordings of sessions. */
export class RecordingStore {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  async add(session: string, file: string, startedAt: string): Promise<void> {
    await this.#db
      .insertInto('recordings')
      .values({
        session,
        file,
        state: 'recording',
        bytes: 0,
        sha256: null,
        truncated: 0,
        failure: null,
        started_at: startedAt,
        ended_at: null,
      })
      .execute();
  }

  async change(
    session: string,
    values: Partial<Pick<RecordingRow, 'state' | 'bytes' | 'sha256' | 'truncated' | 'failure' | 'ended_at'>>,
  ): Promise<void> {
    await this.#db.updateTable('recordings').set(values).where('session', '=', session).execute();
  }

  async forget(session: string): Promise<void> {
    await this.#db.deleteFrom('recordings').where('session', '=', session).execute();
  }

  async find(session: string): Promise<RecordingRow | undefined> {
    return await this.#db
      .selectFrom('recordings')
      .selectAll()
      .where('session', '=', session)
      .executeTakeFirst();
  }

  async findAll(sessions: readonly string[]): Promise<RecordingRow[]> {
    if (sessions.length === 0) return [];
    return await this.#db.selectFrom('recordings').selectAll().where('session', 'in', sessions).execute();
  }

  /** Those that take space and are not written any more, the oldest first. */
  async finished(): Promise<RecordingRow[]> {
    return await this.#db
      .selectFrom('recordings')
      .selectAll()
      .where('state', 'in', ['kept', 'failed'])
      .orderBy('ended_at')
      .execute();
  }

  /** Which of the files in the folder somebody knows. */
  async knownFiles(): Promise<Set<string>> {
    const rows = await this.#db
      .selectFrom('recordings')
      .select('file')
      .where('state', '!=', 'removed')
      .execute();
    return new Set(rows.map(({ file }) => file));
  }
}
