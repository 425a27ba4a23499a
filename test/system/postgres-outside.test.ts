import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, readFileSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openDatabase } from '../../packages/server/src/store/database.ts';
import { readSetting, writeSetting } from '../../packages/server/src/store/settings.ts';
import { type PostgresCluster, startPostgres } from '../../packages/server/src/testing/postgres/cluster.ts';
import { repository, until, User } from '../support/rig.ts';

const tls = (name: string) => join(repository, 'test', 'fixtures', 'tls', name);
const authority = tls('authority.pem');
const secret = 'pa55 w0rd/?#';

const ends: (() => Promise<void>)[] = [];
let cluster: PostgresCluster;
let port: number;
before(async () => {
  const free = createServer().listen(0, '127.0.0.1');
  await once(free, 'listening');
  ({ port } = free.address() as { port: number });
  free.close();
  await once(free, 'close');
  cluster = await startPostgres(
    { after: (end) => ends.push(end) },
    {
      port,
      settings: [
        "listen_addresses = '127.0.0.1'",
        'ssl = on',
        "ssl_cert_file = '../server.pem'",
        "ssl_key_file = '../server.key'",
      ],
      access: ['hostssl all all 127.0.0.1/32 scram-sha-256'],
      files: {
        'server.pem': readFileSync(tls('valid.pem'), 'utf8'),
        'server.key': readFileSync(tls('valid.key'), 'utf8'),
      },
    },
  );
  await cluster.ask(`alter role rig password '${secret}'`);
});
after(async () => {
  for (const end of ends.toReversed()) await end();
});

/** Over TCP, as from another machine. */
async function outside(
  query: string,
  { host = 'localhost', password = secret }: { host?: string; password?: string | null } = {},
): Promise<string> {
  const { pathname } = new URL(await cluster.createDatabase());
  const user = password === null ? 'rig' : `rig:${encodeURIComponent(password)}`;
  return `postgres://${user}@${host}:${port}${pathname}${query}`;
}

async function refused(url: string, message: RegExp): Promise<void> {
  await assert.rejects(
    openDatabase(url, { exclusive: true }),
    (error: Error & { code?: string; hint?: string }) => {
      assert.equal(error.code, 'database_unusable', error.stack);
      assert.match(error.message, message);
      assert.doesNotMatch(`${error.message} ${error.hint}`, /pa55|:\/\/rig/);
      return true;
    },
  );
}

describe('a server that is reached over TLS with a password', () => {
  const verified = `?sslmode=verify-full&sslrootcert=${encodeURIComponent(authority)}`;

  it('is used, encrypted, by its name and its authority', async () => {
    const url = await outside(verified);
    const db = await openDatabase(url, { exclusive: true });
    await writeSetting(db, 'api_port', '1');
    assert.equal(await readSetting(db, 'api_port'), '1');
    const connections = await cluster.ask<{ ssl: boolean }>(
      `select ssl from pg_stat_ssl join pg_stat_activity using (pid) where application_name = 'rigd' and client_addr is not null`,
    );
    assert.ok(connections.length >= 2);
    assert.ok(connections.every(({ ssl }) => ssl));
    await db.destroy();
  });

  it('is refused where it is not who it says, and tells what to do', async () => {
    await refused(await outside('?sslmode=verify-full'), /certificate is not trusted/);
    await refused(
      await outside(`?sslmode=verify-full&sslrootcert=${encodeURIComponent(tls('self-signed.pem'))}`),
      /certificate is not trusted/,
    );
    await refused(
      await outside('?sslmode=verify-full&sslrootcert=/nowhere/ca.pem'),
      /\/nowhere\/ca\.pem.*cannot be read/,
    );
    await refused(await outside('?sslmode=verify-full&sslrootcert=ca.pem'), /no absolute path/);
    await refused(await outside(''), /does not let the user in/);
    await refused(await outside(verified, { password: 'another' }), /refuses the password/);
    await refused(await outside(verified, { password: null }), /asks for a password/);
    writeFileSync(join(cluster.folder, 'server.pem'), readFileSync(tls('elsewhere.pem')));
    writeFileSync(join(cluster.folder, 'server.key'), readFileSync(tls('elsewhere.key')));
    await cluster.ask('select pg_reload_conf()');
    const url = await outside(verified);
    await until('the other certificate', async () => {
      await refused(url, /certificate is for another host/);
      return true;
    });
    writeFileSync(join(cluster.folder, 'server.pem'), readFileSync(tls('valid.pem')));
    writeFileSync(join(cluster.folder, 'server.key'), readFileSync(tls('valid.key')));
    await cluster.ask('select pg_reload_conf()');
  });
});

describe('a server whose disk is full', () => {
  let user: User;
  let small: string;
  before(async () => {
    user = new User();
    small = join(cluster.folder, 'small');
    mkdirSync(small);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m,mode=0700', 'tmpfs', small]);
    const { uid, gid } = statSync(cluster.folder);
    chownSync(small, uid, gid);
    await cluster.ask(`create tablespace small location '${small}'`);
    await cluster.ask('create database tight template template0 tablespace small');
  });
  after(async () => {
    await user.close();
    await cluster.stop('fast');
    execFileSync('umount', [small]);
  });

  it('refuses changes with what is wrong, keeps what it has acknowledged, and goes on once there is space', async () => {
    const url = `postgres://rig@localhost:${port}/tight?host=${encodeURIComponent(cluster.folder)}`;
    await user.json(['platform', 'start', '--database-url-file', '-'], { stdin: url });
    const { url: address } = await user.json<{ url: string }>([
      'deploy',
      user.example('hello-node'),
      '--yes',
    ]);
    const ballast = join(small, 'ballast');
    const { bavail, bsize } = statfsSync(small);
    writeFileSync(ballast, Buffer.alloc(bavail * bsize - 400 * 1024));
    const acknowledged: string[] = [];
    let failure: { code: string; message: string } | undefined;
    for (let number = 0; failure === undefined && number < 60; number += 1) {
      const noise = Buffer.alloc(24_000);
      crypto.getRandomValues(noise);
      const { code, stdout } = await user.run([
        'config',
        'set',
        `V${number}=${noise.toString('base64')}`,
        '--app',
        'hello-node',
        '-o',
        'json',
      ]);
      if (code === 0) acknowledged.push(`V${number}`);
      else ({ error: failure } = JSON.parse(stdout) as { error: { code: string; message: string } });
    }
    assert.ok(acknowledged.length > 0, 'there was some space left');
    assert.equal(failure?.code, 'disk_full');
    assert.match(failure.message, /no space left for the database tight on/);
    assert.match(await (await fetch(address)).text(), /Hello from rig/);
    rmSync(ballast);
    await user.json(['config', 'set', 'LAST=1', '--app', 'hello-node']);
    const { variables } = await user.json<{ variables: { key: string }[] }>([
      'config',
      'list',
      '--app',
      'hello-node',
    ]);
    const names = new Set(variables.map(({ key }) => key));
    assert.deepEqual(
      acknowledged.filter((name) => !names.has(name)),
      [],
    );
    assert.ok(names.has('LAST'));
    assert.match((await user.run(['audit', 'verify'])).stdout, /^Intact/);
  });
});
