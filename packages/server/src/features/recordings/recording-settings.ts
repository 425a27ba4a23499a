import type { RecordingSettings, RecordingSettingsChange } from '@rig-ops/contract/resources';
import type { Kysely } from 'kysely';
import type { Database } from '../../store/database.ts';
import { readSetting, writeSetting } from '../../store/settings.ts';

const DEFAULTS: RecordingSettings = {
  days: 30,
  totalMegabytes: 5_120,
  // About a day of somebody at work; a flood of output reaches it in minutes.
  sessionMegabytes: 64,
  input: false,
};

export async function readRecordingSettings(db: Kysely<Database>): Promise<RecordingSettings> {
  return { ...DEFAULTS, ...(await readChanged(db)) };
}

export async function changeRecordingSettings(
  db: Kysely<Database>,
  change: RecordingSettingsChange,
): Promise<RecordingSettings> {
  const merged = Object.entries({ ...(await readChanged(db)), ...change });
  const changed = Object.fromEntries(merged.filter(([, value]) => value !== null));
  await writeSetting(db, 'recording_settings', JSON.stringify(changed));
  return await readRecordingSettings(db);
}

async function readChanged(db: Kysely<Database>): Promise<Partial<RecordingSettings>> {
  return JSON.parse((await readSetting(db, 'recording_settings')) ?? '{}') as Partial<RecordingSettings>;
}
