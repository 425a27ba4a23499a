import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { type PostgresCluster, startPostgres } from '../../packages/server/src/testing/postgres/cluster.ts';
import { collect, User } from '../support/rig.ts';

const ends: (() => Promise<void>)[] = [];
let cluster: PostgresCluster;
let user: User;
let app: string;
/** With a password, which is to be in one file alone. */
let url: string;
const secret = 'pa55w0rd';

interface Copied {
  copied: boolean;
  from: string;
  to: string;
  rows: number;
  tables: { name: string; rows: number }[];
  audit: { records: number; brokenAt: number | null };
  kept: string | null;
}

before(async () => {
  cluster = await startPostgres({ after: (end) => ends.push(end) });
  user = new User();
  app = user.source('hello', {
    Procfile: 'web: node server.js\n',
    'server.js': `require('node:http').createServer((_, answer) => answer.end('one')).listen(process.env.PORT);`,
  });
  await user.json(['deploy', app, '--yes']);
  await user.json(['config', 'set', 'WORD=grün 🐎', '--app', 'hello']);
  await user.json(['users', 'create', 'bob']);
  url = (await cluster.createDatabase()).replace('rig@', `rig:${secret}@`);
});
after(async () => {
  await user.close();
  for (const end of ends.toReversed()) await end();
});

const copy = (to: string) =>
  user.json<Copied>(['platform', 'database', 'copy', '--database-url-file', '-'], { stdin: to });
const copyFails = (to: string, code: string, exitCode: number) =>
  user.fails(['platform', 'database', 'copy', '--database-url-file', '-'], code, exitCode, { stdin: to });

/** What a user sees of the state, but for what looking at it changes. */
async function look(): Promise<unknown[]> {
  return [
    (await user.json<{ releases: unknown[] }>(['releases', 'list', '--app', 'hello'])).releases,
    await user.json(['config', 'list', '--app', 'hello']),
    (await user.json<{ users: object[] }>(['users', 'list'])).users,
  ];
}

const databaseOf = async () =>
  (await user.json<{ database: { kind: string } }>(['platform', 'status'])).database.kind;

it('copies from SQLite to PostgreSQL and back, and the platform goes on with all it had', async () => {
  await copyFails(url, 'platform_running', 7);
  const seen = await look();
  await user.json(['platform', 'stop']);

  const there = await copy(url);
  assert.equal(there.copied, true);
  assert.match(there.to, /^rig_1 on /);
  assert.ok(there.tables.some(({ name, rows }) => name === 'releases' && rows === 2));
  assert.equal(
    there.rows,
    there.tables.reduce((sum, { rows }) => sum + rows, 0),
  );
  assert.ok(there.audit.records > 5);
  assert.equal(there.audit.brokenAt, null);
  assert.equal(there.kept, join(user.home, 'platform', 'rigd.sqlite'));
  assert.equal((await copy(url)).copied, false);
  assert.equal(await databaseOf(), 'postgres');
  assert.deepEqual(await look(), seen);
  assert.match((await user.run(['audit', 'verify'])).stdout, /^Intact/);
  const { url: address } = await user.json<{ url: string }>(['apps', 'info', 'hello']);
  assert.equal(await (await fetch(address)).text(), 'one');
  writeFileSync(
    join(app, 'server.js'),
    readFileSync(join(app, 'server.js'), 'utf8').replace("'one'", "'two'"),
  );
  await user.json(['deploy', app]);
  const kept = join(user.home, 'platform', 'database-url');
  assert.equal(statSync(kept).mode & 0o777, 0o600);
  const found = execFileSync('grep', ['-rl', secret, user.home], { encoding: 'utf8' });
  assert.deepEqual(found.trim().split('\n'), [kept]);

  // What it was copied from is no state of the platform any more.
  await user.json(['platform', 'stop']);
  const stale = await user.fails(['platform', 'start', '--database-url-file', 'off'], 'database_unusable', 3);
  assert.match(stale.message, /is not the state of the platform/);

  const later = await (async () => {
    await user.json(['platform', 'start']);
    const state = await look();
    await user.json(['platform', 'stop']);
    return state;
  })();
  const back = await user.json<Copied>(['platform', 'database', 'copy', '--database-url-file', 'off']);
  assert.equal(back.copied, true);
  assert.ok(back.kept !== null && existsSync(back.kept), 'the file of before is set aside');
  assert.equal(await databaseOf(), 'sqlite');
  assert.deepEqual(await look(), later);
  assert.match((await user.run(['audit', 'verify'])).stdout, /^Intact/);
  await user.json(['platform', 'stop']);
  // The database of the server is stale now, and not empty.
  const again = await copyFails(url, 'database_unusable', 3);
  assert.match(again.message, /not empty/);
  const behind = await user.fails(['platform', 'start', '--database-url-file', '-'], 'database_unusable', 3, {
    stdin: url,
  });
  assert.match(behind.message, /is not the state of the platform/);
});

it('refuses what is no database, another program, another rigd, and changes nothing', async () => {
  assert.doesNotMatch(
    JSON.stringify(await copyFails(`mysql://me:${secret}@host/db`, 'invalid_input', 3)),
    /pa55/,
  );
  await copyFails(`postgres://rig:${secret}@127.0.0.1:1/x`, 'database_unavailable', 8);
  const foreign = await cluster.createDatabase();
  const name = new URL(foreign).pathname.slice(1);
  await cluster.ask('create table users (id int)', name);
  await copyFails(foreign, 'database_unusable', 3);
  assert.equal(await databaseOf(), 'sqlite');
  await user.json(['apps', 'info', 'hello']);
  await user.json(['platform', 'stop']);
});

it('killed at any moment, the platform begins where it was or where it was to be, and it can be done again', async () => {
  const target = await cluster.createDatabase();
  const file = join(user.home, 'platform', 'database-url');
  const seen = await look();
  await user.json(['platform', 'stop']);
  for (const ms of [100, 300, 500, 700, 900]) {
    const child = user.spawn(['platform', 'database', 'copy', '--database-url-file', '-']);
    const ended = collect(child);
    child.stdin?.end(target);
    await new Promise((resolve) => setTimeout(resolve, ms));
    child.kill('SIGKILL');
    await ended;
  }
  assert.deepEqual(await look(), seen);
  await user.json(['platform', 'stop']);
  if ((await databaseOf()) === 'sqlite') await copy(target);

  // Killed when all was copied, before the platform was told to begin there.
  const back = await user.json<Copied>(['platform', 'database', 'copy', '--database-url-file', 'off']);
  assert.equal(back.copied, true);
  writeFileSync(file, `${target}\n`);
  assert.deepEqual(await look(), seen);
  assert.equal(await databaseOf(), 'postgres');
  await user.json(['platform', 'stop']);
  await user.json(['platform', 'database', 'copy', '--database-url-file', 'off']);
  const other = await cluster.createDatabase();
  await copy(other);
  unlinkSync(file);
  assert.deepEqual(await look(), seen);
  assert.equal(await databaseOf(), 'sqlite');
  await user.json(['platform', 'stop']);
  const unfinished = await user.fails(
    ['platform', 'start', '--database-url-file', '-'],
    'database_unusable',
    3,
    {
      stdin: other,
    },
  );
  assert.match(unfinished.message, /not the state of the platform .* any more, or not yet/);
  await copy(other);
  assert.deepEqual(await look(), seen);
  assert.equal(await databaseOf(), 'postgres');
  assert.match((await user.run(['audit', 'verify'])).stdout, /^Intact/);
});
