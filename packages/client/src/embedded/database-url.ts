import { readFile, rm } from 'node:fs/promises';
import { type DatabasePlace, isDatabaseUrl, placeOfUrl } from '@rig-ops/contract/database-place';
import { RigError } from '@rig-ops/contract/errors';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import { writeFileAtomically } from '../files/write-file-atomically.ts';

type Paths = Pick<PlatformLayout, 'database' | 'databaseUrl'>;

/** The URL of the database that keeps the state of a platform; null for SQLite. It holds a password. */
async function readDatabaseUrl({ databaseUrl }: Paths): Promise<string | null> {
  try {
    return (await readFile(databaseUrl, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** What keeps the state of a platform, for anybody to know. */
export async function readDatabasePlace(layout: Paths): Promise<DatabasePlace> {
  const url = await readDatabaseUrl(layout);
  return url !== null && isDatabaseUrl(url)
    ? placeOfUrl(url)
    : { kind: 'sqlite', host: null, port: null, name: layout.database };
}

/** @throws RigError `invalid_input`, which does not tell the text: it may hold a password all the same */
export function checkDatabaseUrl(text: string, source: string): string {
  if (isDatabaseUrl(text)) return text;
  throw new RigError('invalid_input', `${source} is no URL of a PostgreSQL database.`, {
    hint: 'Write it as postgres://USER:PASSWORD@HOST:PORT/DATABASE.',
  });
}

/** Keeps the URL for the next starts, null for SQLite. @returns what puts back the one of before */
export async function keepDatabaseUrl(layout: Paths, url: string | null): Promise<() => Promise<void>> {
  const before = await readDatabaseUrl(layout);
  if (before === url) return async () => {};
  await write(layout, url);
  return () => write(layout, before);
}

async function write({ databaseUrl }: Paths, url: string | null): Promise<void> {
  if (url === null) await rm(databaseUrl, { force: true });
  else await writeFileAtomically(databaseUrl, `${url}\n`);
}

/** Throws `platform_running` when the platform that runs has its state elsewhere than was asked for. */
export async function checkDatabase(layout: Paths, asked: string | null | undefined): Promise<void> {
  if (asked === undefined || asked === (await readDatabaseUrl(layout))) return;
  throw new RigError('platform_running', 'The platform runs already, with its state in another database.');
}
