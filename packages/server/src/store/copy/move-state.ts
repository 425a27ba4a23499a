import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { open, rename, rm, writeFile } from 'node:fs/promises';
import { type DatabasePlace, describePlace, placeOfUrl } from '@rig-ops/contract/database-place';
import { RigError } from '@rig-ops/contract/errors';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { Kysely } from 'kysely';
import { type Database, openDatabase } from '../database.ts';
import {
  checkDatabaseIsOurs,
  isUnusedCopy,
  markOfCopy,
  noteDatabase,
  readDatabaseRecord,
  sqliteAt,
} from '../database-record.ts';
import { readDatabaseUrl } from '../read-database-url.ts';
import { readSetting } from '../settings.ts';
import { type ChainFound, checkAuditChain } from './check-audit-chain.ts';
import { type CopyProgress, copyState } from './copy-state.ts';

type Paths = Pick<PlatformLayout, 'root' | 'database' | 'databaseUrl' | 'databaseRecord'>;

export interface MovedState {
  /** False when it is there already. */
  readonly copied: boolean;
  readonly from: DatabasePlace;
  readonly to: DatabasePlace;
  readonly tables: readonly { name: string; rows: number }[];
  readonly audit: ChainFound;
  /** Where a SQLite database that was in the way, or that the state has left, is kept; null where there is none. */
  readonly kept: string | null;
}

/**
 * Copies the state of a platform that does not run into another database, and lets the platform begin there from now on.
 * Killed or failed at any point, the platform begins where it was, with all of it, and this can be done again.
 * @param url of the PostgreSQL database to move to; undefined for the SQLite file of the platform
 * @throws what `openDatabase` and `copyState` throw; `database_unusable` when there is nothing to move
 */
export async function moveState(
  layout: Paths,
  url: string | undefined,
  onProgress: (progress: CopyProgress) => void,
): Promise<MovedState> {
  const current = await readDatabaseUrl(layout.databaseUrl);
  const from = current === undefined ? sqliteAt(layout.database) : placeOfUrl(current);
  const to = url === undefined ? sqliteAt(layout.database) : placeOfUrl(url);
  if (describePlace(from) === describePlace(to) && settingsOf(current) === settingsOf(url)) {
    return { copied: false, from, to, tables: [], audit: { records: 0, brokenAt: null }, kept: null };
  }
  if (current === undefined && !existsSync(layout.database)) throw nothing(layout.root);
  const source = await openDatabase(current ?? layout.database, { exclusive: true });
  try {
    await checkDatabaseIsOurs(source, from, layout);
    const platform = await readSetting(source, 'audit_platform');
    if (platform === undefined) throw nothing(layout.root);
    const id = randomBytes(8).toString('hex');
    const building = `${layout.database}.copying`;
    if (url === undefined) await removeFile(building);
    const target = await openDatabase(url ?? building, { exclusive: true });
    let copied: Pick<MovedState, 'tables' | 'audit'>;
    try {
      const tables = await copyState(source, target, {
        to: describePlace(to),
        mark: markOfCopy(id),
        replaces: await mayReplace(target, platform),
        onProgress,
      });
      copied = { tables, audit: await checkAuditChain(target) };
    } finally {
      await target.destroy();
    }
    const record = await readDatabaseRecord(layout.databaseRecord);
    const copy = record?.copy;
    const before = { place: from, ...(copy === undefined ? {} : { copy }) };
    await noteDatabase(layout.databaseRecord, { platform, place: to, copy: id, before });
    const kept =
      url === undefined ? await setAside(layout.database) : current === undefined ? layout.database : null;
    if (url === undefined) await rename(building, layout.database);
    // With this, and not before, the platform begins there.
    await keepUrl(layout.databaseUrl, url);
    return { copied: true, from, to, ...copied, kept };
  } finally {
    await source.destroy();
  }
}

/** Two schemas of one database are two places. */
const settingsOf = (url: string | undefined): string | null =>
  url === undefined ? null : new URL(url).searchParams.get('options');

/** What an earlier copying has left behind that was killed before its end may be overwritten. */
async function mayReplace(target: Kysely<Database>, platform: string): Promise<boolean> {
  return (await isUnusedCopy(target)) && (await readSetting(target, 'audit_platform')) === platform;
}

/** The state of before is no state of the platform any more, but nobody has said that it may go. */
async function setAside(database: string): Promise<string | null> {
  if (!existsSync(database)) return null;
  const kept = `${database}.${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
  for (const part of ['', '-wal', '-shm'])
    if (existsSync(database + part)) await rename(database + part, kept + part);
  return kept;
}

async function removeFile(database: string): Promise<void> {
  for (const part of ['', '-wal', '-shm', '-journal']) await rm(database + part, { force: true });
}

async function keepUrl(path: string, url: string | undefined): Promise<void> {
  if (url === undefined) {
    await rm(path, { force: true });
    return;
  }
  await writeFile(`${path}.new`, `${url}\n`, { mode: 0o600 });
  await using file = await open(`${path}.new`, 'r');
  await file.sync();
  await rename(`${path}.new`, path);
}

const nothing = (root: string) =>
  new RigError('database_unusable', `There is no state of a platform in ${root}.`, {
    hint: 'A platform that is still to be: `rig platform start --database-url-file FILE`.',
  });
