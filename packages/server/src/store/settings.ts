import type { Kysely } from 'kysely';
import type { Database } from './database.ts';

export interface SettingTable {
  key: string;
  value: string;
}

/** What rigd chose once and keeps, such as its port. */
type SettingName =
  | 'api_port'
  | 'audit_platform'
  | 'audit_genesis'
  | 'audit_retention'
  | 'audit_told'
  | 'database_copy'
  | 'plugin_policy'
  | 'recording_settings';

export async function readSetting(db: Kysely<Database>, key: SettingName): Promise<string | undefined> {
  const row = await db.selectFrom('settings').select('value').where('key', '=', key).executeTakeFirst();
  return row?.value;
}

export async function writeSetting(db: Kysely<Database>, key: SettingName, value: string): Promise<void> {
  await db
    .insertInto('settings')
    .values({ key, value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
    .execute();
}
