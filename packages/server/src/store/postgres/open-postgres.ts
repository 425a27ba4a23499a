import { access, constants } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { describePlace, placeOfUrl } from '@rig-ops/contract/database-place';
import { RigError } from '@rig-ops/contract/errors';
import { HandleEmptyInListsPlugin, type Kysely, replaceWithNoncontingentExpression } from 'kysely';
import { Client, type ClientConfig, type CustomTypesConfig, types as standardTypes } from 'pg';
import { type Gate, GuardedPool } from './guarded-pool.ts';
import { type LockKeys, lockKeysOf } from './locks.ts';
import { toPostgresError } from './postgres-error.ts';
import { SerialPostgresDialect } from './serial-dialect.ts';
import { ServerDatabase } from './server-database.ts';
import { SoleUser } from './sole-user.ts';

/** The oldest that its makers still mend: https://www.postgresql.org/support/versioning/ */
const OLDEST_VERSION = 14;
const CONNECT_WITHIN_MS = 5_000;

/** Numbers of ours are below 2^53; as text they would compare and add up wrongly. */
const { INT8, NUMERIC } = standardTypes.builtins;
const types: CustomTypesConfig = {
  getTypeParser: ((type: typeof INT8, format: 'text') =>
    type === INT8 || type === NUMERIC
      ? Number
      : standardTypes.getTypeParser(type, format)) as CustomTypesConfig['getTypeParser'],
};

/** What every connection is set to, whatever the server's defaults are. */
const SETTINGS = [
  // No statement of ours takes long; one that hangs would hold up all transactions.
  'statement_timeout=60s',
  'lock_timeout=30s',
  'idle_in_transaction_session_timeout=60s',
  // A rigd whose machine vanished gives its lock back within half a minute.
  'tcp_keepalives_idle=10',
  'tcp_keepalives_interval=5',
  'tcp_keepalives_count=3',
  'default_transaction_isolation=read\\ committed',
  'standard_conforming_strings=on',
];

const openGate: Gate = { passed: async () => {} };

export interface OpenPostgresOptions {
  readonly exclusive: boolean;
  readonly onLost: (error: RigError) => void;
}

/**
 * Opens the database of a server, without its schema.
 * @throws RigError `database_unavailable`, `database_unusable`, `database_in_use`
 */
export async function openPostgres<T>(
  url: string,
  { exclusive, onLost }: OpenPostgresOptions,
): Promise<Kysely<T>> {
  const place = `the database ${describePlace(placeOfUrl(url))}`;
  // What the URL says counts more for pg than what stands beside it.
  const connection = new URL(url);
  const given = connection.searchParams.get('options') ?? '';
  for (const name of ['sslrootcert', 'sslcert', 'sslkey']) await checkFile(connection, name, place);
  connection.searchParams.delete('options');
  const config: ClientConfig = {
    connectionString: connection.href,
    application_name: 'rigd',
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    options: [given, ...SETTINGS.map((setting) => `-c ${setting}`)].join(' ').trim(),
    types,
  };
  const keys = await examine(config, place);
  const sole = exclusive ? await SoleUser.take({ config, keys, place, onLost }) : undefined;
  const pool = new GuardedPool(config, {
    gate: sole ?? openGate,
    place,
    worker: exclusive ? keys.worker : undefined,
    onEnd: async () => await sole?.close(),
  });
  return new ServerDatabase<T>({
    dialect: new SerialPostgresDialect({ pool }, keys.transaction),
    plugins: [new HandleEmptyInListsPlugin({ strategy: replaceWithNoncontingentExpression })],
  });
}

/** pg reads it while it connects, and its error would look like that of a socket. */
async function checkFile({ searchParams }: URL, name: string, place: string): Promise<void> {
  const path = searchParams.get(name);
  if (path === null) return;
  if (!isAbsolute(path))
    throw refused(
      place,
      `${name}=${path} is no absolute path`,
      'Write the whole path of the file into the URL.',
    );
  try {
    await access(path, constants.R_OK);
  } catch (error) {
    throw refused(
      place,
      `${path}, which ${name} names, cannot be read (${(error as NodeJS.ErrnoException).code})`,
      'Correct the path in the URL, or who may read the file.',
    );
  }
}

/**
 * What tells how far the schema is, and how often a rigd has begun with it. Made together with its row, once: who comes
 * second waits for the lock of transactions.
 */
const makeOwnTable = ({ transaction }: LockKeys) => `
  begin;
  select pg_advisory_xact_lock${transaction};
  create table if not exists rig_schema (version bigint not null, term bigint not null);
  insert into rig_schema (version, term) select 0, 0 where not exists (select from rig_schema);
  commit`;

interface Examined {
  version: number;
  encoding: string;
  schema: string | null;
  oid: number | null;
  standby: boolean;
  may_create: boolean | null;
  durable: string;
  begun: boolean;
  strangers: number;
}

/** Asks the server what would make everything else fail. */
async function examine(config: ClientConfig, place: string): Promise<LockKeys> {
  const client = new Client(config);
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<Examined>(`
      select current_setting('server_version_num')::int / 10000 as version,
        pg_encoding_to_char(encoding) as encoding,
        current_schema() as schema,
        (select oid::bigint from pg_namespace where nspname = current_schema()) as oid,
        pg_is_in_recovery() as standby,
        has_schema_privilege(current_schema(), 'create') as may_create,
        current_setting('synchronous_commit') as durable,
        to_regclass('rig_schema') is not null as begun,
        (select count(*) from pg_class where relnamespace = current_schema()::text::regnamespace and relkind in ('r', 'p', 'v'))
          as strangers
      from pg_database where datname = current_database()`);
    const [found] = rows;
    if (found === undefined || found.version < OLDEST_VERSION)
      throw refused(
        place,
        `its server is of version ${found?.version}`,
        `Use PostgreSQL ${OLDEST_VERSION} or newer.`,
      );
    if (found.encoding !== 'UTF8')
      throw refused(
        place,
        `its encoding is ${found.encoding}`,
        'Make one: `createdb -E UTF8 -T template0 NAME`.',
      );
    if (found.schema === null || found.oid === null)
      throw refused(
        place,
        'there is no schema to put tables in',
        "Set the user's search_path to one that exists.",
      );
    if (found.standby) throw refused(place, 'its server is a standby', 'Name the primary server in the URL.');
    if (found.may_create === false)
      throw refused(
        place,
        `the user may not make tables in the schema ${found.schema}`,
        'Make the user the owner of the database: `alter database NAME owner to USER`.',
      );
    if (found.durable === 'off')
      throw refused(
        place,
        'synchronous_commit is off, so a crash of the server would lose what was acknowledged',
        'Set it for this user: `alter role USER set synchronous_commit = on`.',
      );
    if (!found.begun && found.strangers > 0)
      throw refused(
        place,
        'it holds tables of another program',
        'Give rig a database of its own: `createdb NAME`.',
      );
    const keys = lockKeysOf(found.oid);
    if (!found.begun) await client.query(makeOwnTable(keys));
    return keys;
  } catch (error) {
    throw toPostgresError(error, place);
  } finally {
    await client.end().catch(() => {});
  }
}

const refused = (place: string, why: string, hint: string) =>
  new RigError('database_unusable', `rigd cannot use ${place}: ${why}.`, { hint });
