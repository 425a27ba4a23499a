import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync } from 'node:fs';
import { appendFile, chmod, chown, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client, type QueryResultRow } from 'pg';

const run = promisify(execFile);

/** Database of a cluster with all tables of rigd, to be copied. */
export const TEMPLATE = 'rig_template';

/** A URL of a database of the cluster in a folder. */
export const urlOf = (folder: string, database: string, user = 'rig', port = 5432): string =>
  `postgres://${user}@localhost:${port}/${database}?host=${encodeURIComponent(folder)}`;

export interface ClusterOptions {
  readonly parent?: string;
  readonly settings?: readonly string[];
  /** Also the name of its socket; it listens on it only when a setting says so. */
  readonly port?: number;
  /** Lines of pg_hba.conf behind the one that trusts the socket. */
  readonly access?: readonly string[];
  /** Files for its folder, its own and private. */
  readonly files?: Readonly<Record<string, string>>;
}

export interface PostgresCluster {
  /** Folder of the socket, and the data below it. */
  readonly folder: string;
  /** A new empty database. @returns its URL */
  createDatabase(options?: { template?: string; encoding?: string }): Promise<string>;
  /** Asks the server something as its superuser. */
  ask<T extends QueryResultRow>(text: string, database?: string): Promise<T[]>;
  /** `fast` breaks connections, `immediate` is a crash. */
  stop(how?: 'fast' | 'immediate'): Promise<void>;
  start(): Promise<void>;
}

/** Programs of the newest version of Debian's packages, or those on the path. */
function programs(): string {
  const [newest] = globSync('/usr/lib/postgresql/*/bin/initdb').toSorted((a, b) =>
    b.localeCompare(a, 'en', { numeric: true }),
  );
  return newest === undefined ? '' : newest.slice(0, -'initdb'.length);
}

/** The server refuses to run as root. */
async function unprivileged(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  const account =
    accounts.find(([name]) => name === 'postgres') ?? accounts.find(([name]) => name === 'nobody');
  if (account === undefined) throw new Error('there is no user that a PostgreSQL server could run as');
  return { uid: Number(account[2]), gid: Number(account[3]) };
}

/** A PostgreSQL server of the test's own: its own data, its socket, no port; it ends with the test. */
export async function startPostgres(
  t: { after(end: () => Promise<void>): void },
  { parent = tmpdir(), settings = [], port = 5432, access, files = {} }: ClusterOptions = {},
): Promise<PostgresCluster> {
  const folder = await mkdtemp(join(parent, 'rig-pg-'));
  const owner = await unprivileged();
  if (owner !== undefined) await chown(folder, owner.uid, owner.gid);
  await chmod(folder, 0o755);
  const bin = programs();
  const data = join(folder, 'data');
  await run(
    `${bin}initdb`,
    ['-D', data, '-A', 'trust', '-U', 'rig', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'],
    {
      ...owner,
      cwd: folder,
      env: { PATH: process.env.PATH },
    },
  );
  // What is committed is handed to the kernel, which outlives the server: only a power cut would lose it.
  const lines = [
    "listen_addresses = ''",
    `unix_socket_directories = '${folder}'`,
    'fsync = off',
    `port = ${port}`,
    ...settings,
  ];
  await appendFile(join(data, 'postgresql.conf'), `${lines.join('\n')}\n`);
  if (access !== undefined)
    await writeFile(join(data, 'pg_hba.conf'), `${['local all all trust', ...access].join('\n')}\n`);
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    await writeFile(path, content, { mode: 0o600 });
    if (owner !== undefined) await chown(path, owner.uid, owner.gid);
  }
  let server: ReturnType<typeof spawn> | undefined;
  let databases = 0;
  const ask = async <T extends QueryResultRow>(text: string, database = 'postgres') => {
    const client = new Client({ connectionString: urlOf(folder, database, 'rig', port) });
    client.on('error', () => {});
    await client.connect();
    try {
      return (await client.query<T>(text)).rows;
    } finally {
      await client.end();
    }
  };
  const cluster: PostgresCluster = {
    folder,
    ask,
    async createDatabase({ template = 'template0', encoding } = {}) {
      databases += 1;
      const name = `rig_${databases}`;
      await ask(
        `create database ${name} template ${template}${encoding === undefined ? '' : ` encoding '${encoding}' locale 'C'`}`,
      );
      return urlOf(folder, name, 'rig', port);
    },
    async start() {
      server = spawn(`${bin}postgres`, ['-D', data], {
        ...owner,
        cwd: folder,
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let said = '';
      server.stderr?.on('data', (bytes: Buffer) => (said += bytes.toString()));
      for (;;) {
        if (server.exitCode !== null) throw new Error(`PostgreSQL did not start: ${said}`);
        try {
          await ask('select 1');
          return;
        } catch {
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      }
    },
    async stop(how = 'fast') {
      if (server === undefined || server.exitCode !== null) return;
      const ended = once(server, 'exit');
      server.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT');
      await ended;
    },
  };
  t.after(async () => {
    await cluster.stop('immediate');
    if (existsSync(folder)) await rm(folder, { recursive: true, force: true });
  });
  await cluster.start();
  return cluster;
}
