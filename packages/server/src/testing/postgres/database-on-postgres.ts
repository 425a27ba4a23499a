import { createHash, randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import { Client } from 'pg';
import { type Database, type OpenDatabaseOptions, openDatabase as original } from '../../store/database.ts';
import { TEMPLATE, urlOf } from './cluster.ts';

const folder = process.env.RIG_TEST_POSTGRES ?? '';
const made = new Map<string, Promise<string>>();

/** Stands in for the original: each file is a database of the server, `:memory:` one that nobody else sees. */
export async function openDatabase(
  place: string,
  options: OpenDatabaseOptions = {},
): Promise<Kysely<Database>> {
  const kept = place !== ':memory:';
  const name = kept
    ? `f${createHash('sha1').update(place).digest('hex')}`
    : `m${randomBytes(10).toString('hex')}`;
  const making = made.get(name) ?? make(name);
  if (kept) made.set(name, making);
  return await original(await making, options);
}

async function make(name: string): Promise<string> {
  const client = new Client({ connectionString: urlOf(folder, 'postgres') });
  await client.connect();
  await client.query(`create database ${name} template ${TEMPLATE}`);
  await client.end();
  return urlOf(folder, name);
}
