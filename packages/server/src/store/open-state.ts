import { type DatabasePlace, placeOfUrl } from '@rig-ops/contract/database-place';
import type { RigError } from '@rig-ops/contract/errors';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { Kysely } from 'kysely';
import { type Database, openDatabase } from './database.ts';
import { checkDatabaseIsOurs, sqliteAt } from './database-record.ts';
import { readDatabaseUrl } from './read-database-url.ts';

/** The database of a platform. */
export interface OpenState {
  readonly db: Kysely<Database>;
  readonly place: DatabasePlace;
  /** Resolves when the database is this process's no more. */
  readonly lost: Promise<RigError>;
}

/**
 * Opens the database that the platform was started with, for this process alone.
 * @throws what `openDatabase` throws; `database_unusable` when it belongs to another platform
 */
export async function openState(layout: PlatformLayout): Promise<OpenState> {
  const url = await readDatabaseUrl(layout.databaseUrl);
  const place = url === undefined ? sqliteAt(layout.database) : placeOfUrl(url);
  const lost = Promise.withResolvers<RigError>();
  const db = await openDatabase(url ?? layout.database, { exclusive: true, onLost: lost.resolve });
  try {
    await checkDatabaseIsOurs(db, place, layout);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return { db, place, lost: lost.promise };
}
