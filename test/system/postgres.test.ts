import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openDatabase } from '../../packages/server/src/store/database.ts';
import { readSetting, writeSetting } from '../../packages/server/src/store/settings.ts';
import {
  type PostgresCluster,
  startPostgres,
  urlOf,
} from '../../packages/server/src/testing/postgres/cluster.ts';
import { Pty } from '../support/pty.ts';
import { until, User } from '../support/rig.ts';

const ends: (() => Promise<void>)[] = [];
let cluster: PostgresCluster;
before(async () => {
  cluster = await startPostgres({ after: (end) => ends.push(end) }, { settings: ['max_connections = 40'] });
});
after(async () => {
  for (const end of ends.toReversed()) await end();
});

const refused = async (url: string, code: string, message: RegExp) => {
  await assert.rejects(
    openDatabase(url, { exclusive: true }),
    (error: Error & { code?: string; hint?: string }) => {
      assert.equal(error.code, code, error.stack);
      assert.match(error.message, message);
      assert.ok((error.hint ?? '').length > 0);
      assert.doesNotMatch(`${error.message} ${error.hint}`, /rig@|:\/\//, 'tells no URL');
      return true;
    },
  );
};

describe('a database of a server', () => {
  it('that cannot be used is refused with what is wrong, and left alone', async () => {
    await refused(urlOf(cluster.folder, 'nowhere'), 'database_unusable', /no such database/);
    await refused('postgres://rig@localhost/x?host=/nowhere', 'database_unavailable', /no server listens/);
    await refused('postgres://rig@127.0.0.1:1/x', 'database_unavailable', /no server listens/);
    await refused(
      await cluster.createDatabase({ encoding: 'LATIN1' }),
      'database_unusable',
      /encoding is LATIN1/,
    );
    const foreign = await cluster.createDatabase();
    const name = new URL(foreign).pathname.slice(1);
    await cluster.ask('create table users (id int)', name);
    await refused(foreign, 'database_unusable', /another program/);
    assert.deepEqual(await cluster.ask("select tablename from pg_tables where schemaname = 'public'", name), [
      { tablename: 'users' },
    ]);
    const mine = new URL(await cluster.createDatabase()).pathname.slice(1);
    await cluster.ask('create role guest login');
    await refused(urlOf(cluster.folder, mine, 'guest'), 'database_unusable', /may not make tables/);
    await cluster.ask('alter role guest nologin');
    await refused(urlOf(cluster.folder, mine, 'guest'), 'database_unusable', /does not let the user in/);
  });

  it('of a newer rig is refused', async () => {
    const url = await cluster.createDatabase();
    await (await openDatabase(url)).destroy();
    await cluster.ask('update rig_schema set version = 4711', new URL(url).pathname.slice(1));
    await refused(url, 'platform_start_failed', /newer rig: its schema is 4711/);
  });

  it('whose server takes no more connections is unavailable, and is waited for', async () => {
    const url = await cluster.createDatabase();
    const name = new URL(url).pathname.slice(1);
    await cluster.ask(`create role few login connection limit 1`);
    await cluster.ask(`alter database ${name} owner to few`);
    const one = await openDatabase(urlOf(cluster.folder, name, 'few'));
    await readSetting(one, 'api_port');
    await refused(urlOf(cluster.folder, name, 'few'), 'database_unavailable', /no more connections/);
    await one.destroy();
  });

  it('belongs to one rigd, which survives the loss of its connections, and ends when another has come', async () => {
    const url = await cluster.createDatabase();
    const name = new URL(url).pathname.slice(1);
    let lost: string | undefined;
    const first = await openDatabase(url, { exclusive: true, onLost: ({ code }) => (lost = code) });
    await writeSetting(first, 'api_port', '1');
    await refused(url, 'database_in_use', /Another rigd/);
    const cut = `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = '${name}' and application_name = 'rigd'`;
    await cluster.ask(cut);
    await until(
      'the database to be there again',
      async () => (await readSetting(first, 'api_port').catch(() => '')) === '1',
    );
    assert.equal(lost, undefined);
    // Another one takes its place between the loss and the return: here, in the moment of the cut.
    await cluster.ask(`update rig_schema set term = term + 1`, name);
    await cluster.ask(cut);
    await until('the first to notice', () => lost !== undefined);
    assert.equal(lost, 'database_in_use');
    await assert.rejects(readSetting(first, 'api_port'), { code: 'database_in_use' });
    await first.destroy();
    await (await openDatabase(url, { exclusive: true })).destroy();
  });

  it('loses nothing that was acknowledged when its server crashes, and goes on when it is back', async (t) => {
    const url = await cluster.createDatabase();
    const db = await openDatabase(url, { exclusive: true });
    await db
      .insertInto('apps')
      .values({ id: 'app_1', name: 'a', network: 'default', created_at: '', destroying_at: null })
      .execute();
    const acknowledged: number[] = [];
    const writing = new AbortController();
    const failures: string[] = [];
    const writers = [0, 1, 2].map(async (writer) => {
      for (let number = writer; !writing.signal.aborted; number += 3) {
        try {
          await db
            .insertInto('app_domains')
            .values({ domain: `d${number}`, app_id: 'app_1' })
            .execute();
          acknowledged.push(number);
        } catch (error) {
          failures.push((error as { code?: string }).code ?? String(error));
        }
      }
    });
    t.after(() => writing.abort());
    await until('some writes', () => acknowledged.length > 50);
    await cluster.stop('immediate');
    await cluster.start();
    const before = acknowledged.length;
    await until('writes after the crash', () => acknowledged.length > before + 50);
    writing.abort();
    await Promise.all(writers);
    const kept = new Set(
      (await db.selectFrom('app_domains').select('domain').execute()).map(({ domain }) => domain),
    );
    assert.deepEqual(
      acknowledged.filter((number) => !kept.has(`d${number}`)),
      [],
    );
    assert.deepEqual(
      [...new Set(failures)].filter((code) => code !== 'database_unavailable'),
      [],
    );
    assert.ok(
      failures.length <= 6,
      `${failures.length} failed: those under way, not those that came meanwhile`,
    );
    await db.destroy();
  });
});

describe('a platform on PostgreSQL', () => {
  let user: User;
  let file: string;
  before(async () => {
    user = new User();
    file = join(user.folder, 'database-url');
    writeFileSync(file, `${(await cluster.createDatabase()).replace('rig@', 'rig:pa55w0rd@')}\n`);
  });
  after(() => user.close());

  it('refuses what is no URL, and does not tell it', async () => {
    const options = { stdin: 'mysql://me:pa55w0rd@host/db' };
    const error = await user.fails(
      ['platform', 'start', '--database-url-file', '-'],
      'invalid_input',
      3,
      options,
    );
    assert.doesNotMatch(JSON.stringify(error), /pa55w0rd|mysql/);
    const down = { env: { RIG_DATABASE_URL: 'postgres://rig:pa55w0rd@localhost/x?host=/nowhere' } };
    const unavailable = await user.fails(['platform', 'start'], 'database_unavailable', 8, down);
    assert.match(unavailable.message, /x on \/nowhere does not answer/);
    assert.throws(() => statSync(join(user.home, 'platform', 'database-url')), { code: 'ENOENT' });
  });

  it('deploys, rolls back, logs, runs commands, and its audit log verifies; the password is in one file', async () => {
    const started = await user.json<{ pid: number }>(['platform', 'start', '--database-url-file', file]);
    const { database } = await user.json<{ database: { kind: string; host: string } }>([
      'platform',
      'status',
    ]);
    assert.deepEqual([database.kind, database.host], ['postgres', cluster.folder]);
    const app = user.source('hello', {
      Procfile: 'web: node server.js\n',
      'server.js': `require('node:http').createServer((request, answer) => {
          if (request.url !== '/') console.log('asked for ' + request.url);
          answer.end('one');
        }).listen(process.env.PORT);
        console.log('it listens');`,
    });
    const { url } = await user.json<{ url: string }>(['deploy', app, '--yes']);
    const ask = async () => (await fetch(url, { signal: AbortSignal.timeout(10_000) })).text();
    assert.equal(await ask(), 'one');
    writeFileSync(
      join(app, 'server.js'),
      readFileSync(join(app, 'server.js'), 'utf8').replace("'one'", "'two'"),
    );
    await user.json(['deploy', app]);
    assert.equal(await ask(), 'two');
    await user.json(['rollback', '--app', 'hello']);
    assert.equal(await ask(), 'one');
    const said = await user.run(['logs', 'app', 'hello', '--tail', '20', '--no-prefix']);
    assert.match(said.stdout, /it listens/);
    const command = await user.run(['command', 'hello', '--', 'sh', '-c', 'cat; exit 3'], { stdin: 'typed' });
    assert.deepEqual([command.stdout, command.code], ['typed', 3]);
    assert.match((await user.run(['audit', 'verify'])).stdout, /^Intact/);
    assert.match((await user.run(['doctor'])).stdout, /PostgreSQL: rig_\d+ on/);
    const kept = join(user.home, 'platform', 'database-url');
    assert.equal(statSync(kept).mode & 0o777, 0o600);
    const found = execFileSync('grep', ['-rl', 'pa55w0rd', user.home], { encoding: 'utf8' });
    assert.deepEqual(found.trim().split('\n'), [kept]);
    for (const part of ['cmdline', 'environ'])
      assert.doesNotMatch(readFileSync(`/proc/${started.pid}/${part}`, 'latin1'), /pa55w0rd/);

    const shell = new Pty(user, ['shell', 'hello']);
    const follower = user.spawn(['logs', 'app', 'hello', '-f', '--tail', '0', '--no-prefix']);
    let followed = '';
    follower.stdout?.on('data', (chunk: Buffer) => {
      followed += chunk.toString();
    });
    try {
      shell.type('echo sum-$((40 + 2))\n');
      await shell.shows(/sum-42/);
      let asked = 0;
      // Until it follows, nobody knows from which line on.
      await until('the first line', async () => {
        asked += 1;
        await fetch(`${url}/before/${asked}`);
        return /asked for \/before/.test(followed);
      });
      process.kill(started.pid, 'SIGKILL');
      assert.equal(await ask(), 'one');
      for (const path of ['one', 'two']) await fetch(`${url}/after/${path}`);
      await user.json(['apps', 'info', 'hello']);
      shell.type('echo again-$((1 + 1))\n');
      await shell.shows(/again-2/);
      await until('the lines of meanwhile', () => /after\/two/.test(followed));
      const told = followed.split('\n').filter((line) => line.startsWith('asked for'));
      assert.deepEqual(told.slice(-2), ['asked for /after/one', 'asked for /after/two']);
      assert.equal(new Set(told).size, told.length, 'a line is repeated');
      shell.type('exit 5\n');
      assert.equal(await shell.ended(), 5);
    } finally {
      follower.kill('SIGINT');
      shell.kill();
    }
    assert.match((await user.run(['audit', 'verify'])).stdout, /^Intact/);
  });

  it('waits for a server that restarts; requests of that time are answered', async () => {
    await cluster.stop('fast');
    const asked = user.json<{ apps: unknown[] }>(['apps', 'list']);
    await cluster.start();
    assert.equal((await asked).apps.length, 1);
    const { parts } = await user.json<{ parts: { name: string; restarts: number | null }[] }>([
      'platform',
      'status',
    ]);
    assert.equal(parts.find(({ name }) => name === 'rigd')?.restarts, 1, 'since it was killed');
  });

  it('says in a long outage what it waits for, serves its apps meanwhile, and comes back by itself', async () => {
    const { url } = await user.json<{ url: string }>(['apps', 'info', 'hello']);
    await cluster.stop('fast');
    // As after the half minute in which rigd waits for its database.
    process.kill(user.platformFile<{ pid: number }>('platform.json').pid, 'SIGKILL');
    const status = async () =>
      user.json<{ problem: { code: string; message: string } | null }>(['platform', 'status']);
    await until('the reason', async () => (await status()).problem?.code === 'database_unavailable');
    assert.match(
      (await user.run(['platform', 'status'])).stderr,
      /rig_\d+ on .* does not answer: no server listens/,
    );
    const doctor = await user.run(['doctor']);
    assert.match(doctor.stdout, /no server listens/);
    assert.equal(await (await fetch(url)).text(), 'one');
    const waiting = user.fails(['apps', 'list'], 'database_unavailable', 8);
    const error = await waiting;
    assert.match(error.message, /does not answer: no server listens/);
    await cluster.start();
    assert.equal((await user.json<{ apps: unknown[] }>(['apps', 'list'])).apps.length, 1);
    assert.equal((await status()).problem, null);
  });

  it('does not begin with another database over its files', async () => {
    await user.json(['platform', 'stop']);
    const other = { stdin: await cluster.createDatabase() };
    const empty = await user.fails(
      ['platform', 'start', '--database-url-file', '-'],
      'database_unusable',
      3,
      other,
    );
    assert.match(empty.message, /is empty, while the state/);
    const back = await user.fails(
      ['platform', 'start', '--database-url-file', 'off'],
      'database_unusable',
      3,
    );
    assert.match(back.message, /is empty/);
    await user.json(['platform', 'start']);
    assert.equal((await user.json<{ apps: unknown[] }>(['apps', 'list'])).apps.length, 1);
  });
});
