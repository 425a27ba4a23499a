import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { ChannelStream, type SessionExit } from '@rig-ops/contract/channels';
import { RigError } from '@rig-ops/contract/errors';
import type { Channel } from '@rig-ops/wire';
import { systemClock } from '../clock.ts';
import { EngineMirror } from '../engines/engine-mirror.ts';
import { FakeEngine } from '../engines/fake/fake-engine.ts';
import { PlatformEngines } from '../engines/platform-engines.ts';
import { FakeAppStore } from '../features/apps/testing/fake-app-store.ts';
import type { NewAuditEvent } from '../features/audit/audit-log.ts';
import { createRecordings } from '../features/recordings/create-recordings.ts';
import { SessionKeeper } from '../features/sessions/session-keeper.ts';
import { readSessionSettings } from '../features/sessions/session-settings.ts';
import { SqlSessionStore } from '../features/sessions/sql-session-store.ts';
import { openDatabase } from '../store/database.ts';
import { connectClient } from '../testing/connect-client.ts';
import { MemoryLog } from '../testing/memory-log.ts';
import { startTestApi } from '../testing/start-test-api.ts';
import { makeTemporaryFolder } from '../testing/temporary-folder.ts';
import { waitUntil } from '../testing/wait-until.ts';
import { ChannelAudit } from './channel-audit.ts';
import { serveCommand } from './serve-command.ts';

const start = async (t: TestContext) => {
  const apps = new FakeAppStore();
  await apps.create({ id: 'app_1', name: 'shop', network: 'default', createdAt: '' });
  const engine = new FakeEngine();
  t.after(() => engine.shutDown());
  const audited: NewAuditEvent[] = [];
  let canAudit = true;
  const audit = {
    append: async (event: NewAuditEvent) => {
      if (!canAudit) throw new RigError('disk_full', 'Full.');
      audited.push(structuredClone(event));
    },
    list: async () => ({ items: [], nextCursor: null }),
  };
  const db = await openDatabase(':memory:');
  t.after(() => db.destroy());
  const { logger: log } = new MemoryLog();
  const mirror = new EngineMirror(engine, log);
  const sessions = new SqlSessionStore(db);
  const settings = { ...(await readSessionSettings('/no/such/file')), perUser: 2 };
  const folder = await makeTemporaryFolder(t);
  const { service: recordings } = createRecordings({ db, folder, audit, clock: systemClock, log });
  const keeper = new SessionKeeper({
    mirror,
    engine,
    sessions,
    recordings,
    audit,
    clock: systemClock,
    log,
    historyDays: 1,
  });
  const life = new AbortController();
  const running = Promise.all([mirror.follow(life.signal), keeper.run(life.signal)]);
  t.after(async () => {
    life.abort();
    await running;
  });
  const { port } = await startTestApi(
    t,
    {},
    {
      command: serveCommand({
        apps,
        engine,
        engines: new PlatformEngines(engine),
        sessions,
        keeper,
        recordings,
        settings,
        clock: systemClock,
        audit: new ChannelAudit(audit),
        policy: {
          decide: async () => ({
            limits: { idleSeconds: 60, maximumSeconds: null },
            recording: 'off',
            approval: null,
          }),
        },
        deployments: {
          resolveSession: async (_app, { instance }) => {
            if (instance === 'web.9') throw new RigError('instance_not_found', 'There is no web.9.');
            const place = { process: 'web', release: 3, cwd: '/', env: { SECRET: 'value' } };
            return { id: 'ins_1', name: 'web.1', ...place };
          },
        },
      }),
    },
  );
  const connection = await connectClient(t, port);
  return {
    connection,
    audited,
    sessions,
    open: (argv: string[], more: object = {}) => connection.open('command', { app: 'shop', argv, ...more }),
    breakAudit: () => {
      canAudit = false;
    },
  };
};

const readAll = async (channel: Channel, stream: number): Promise<string> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of channel.read(stream)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

it('runs a program, passes its bytes and its outcome on, and records it', async (t) => {
  const { open, audited, sessions } = await start(t);
  const channel = open(['cat'], { env: { PGPASSWORD: 'hunter2' } });
  const accepted = (await channel.accepted) as { session: string; instance: string };
  assert.equal(accepted.instance, 'web.1');
  await channel.write(ChannelStream.stdin, Buffer.from('in and out'));
  channel.end(ChannelStream.stdin);
  assert.equal(await readAll(channel, ChannelStream.stdout), 'in and out');
  const exit = (await channel.exited) as Extract<SessionExit, { exitCode: number }>;
  assert.deepEqual([exit.exitCode, exit.stdoutBytes], [0, 10]);
  await waitUntil(() => audited.length === 2, 'the second audit event');
  const shared = {
    user: 'ann',
    target: 'app/shop',
    errorCode: null,
    client: '127.0.0.1',
    invocationId: 'inv-ws',
    requestId: audited[0]?.requestId,
  };
  const [started, ended] = audited;
  assert.deepEqual(started, {
    ...shared,
    action: 'session.start',
    result: 'started',
    details: {
      session: accepted.session,
      kind: 'command',
      terminal: false,
      argv: ['cat'],
      env: ['PGPASSWORD'],
      instance: 'web.1',
      release: 3,
    },
  });
  assert.partialDeepStrictEqual(ended, {
    ...shared,
    action: 'session.end',
    result: 'succeeded',
    details: {
      session: accepted.session,
      end: 'exited',
      exitCode: 0,
      signal: null,
      bytes: { stdin: 10, stdout: 10, stderr: 0 },
    },
  });
  assert.doesNotMatch(JSON.stringify(audited), /hunter2|value/);
  const row = await waitUntil(async () => {
    const found = await sessions.get(accepted.session);
    return found?.endedAt === null ? undefined : found;
  }, 'the history');
  assert.partialDeepStrictEqual(row, { end: 'exited', exitCode: 0, limits: { idleSeconds: 60 } });
  assert.doesNotMatch(JSON.stringify(row), /hunter2|value/);
});

it('passes signals on and the exit code back', async (t) => {
  const { open } = await start(t);
  const channel = open(['cat']);
  await channel.accepted;
  channel.control({ type: 'signal', signal: 'SIGTERM' });
  const exit = (await channel.exited) as Extract<SessionExit, { exitCode: number }>;
  assert.deepEqual([exit.exitCode, exit.signal], [143, 'SIGTERM']);
});

it('refuses what cannot be run, records that, and keeps no session of it', async (t) => {
  const { connection, open, audited, sessions } = await start(t);
  await assert.rejects(open(['nothing-there']).accepted, { code: 'remote_not_started' });
  await assert.rejects(open(['cat'], { instance: 'web.9' }).accepted, { code: 'instance_not_found' });
  await assert.rejects(open([]).accepted, { code: 'invalid_input' });
  await assert.rejects(open(['cat'], { user: 'root' }).accepted, { code: 'user_not_supported' });
  await assert.rejects(open(['cat'], { env: { 'A=B': '' } }).accepted, { code: 'invalid_input' });
  await assert.rejects(open(['cat'], { env: { RIG_SESSION: 'x' } }).accepted, { code: 'invalid_input' });
  await assert.rejects(connection.open('command', { app: 'other', argv: ['cat'] }).accepted, {
    code: 'app_not_found',
  });
  await waitUntil(() => audited.length === 7, 'the audit events');
  assert.deepEqual(
    audited.filter(({ result }) => result === 'failed').map(({ errorCode }) => errorCode),
    [
      'remote_not_started',
      'instance_not_found',
      'user_not_supported',
      'invalid_input',
      'invalid_input',
      'app_not_found',
    ],
  );
  assert.deepEqual(await sessions.running(), []);
});

it('has as many sessions of one user as may be, and no more', async (t) => {
  const { open, audited } = await start(t);
  const channels = [open(['cat']), open(['cat'])];
  for (const channel of channels) await channel.accepted;
  await assert.rejects(open(['cat']).accepted, { code: 'too_many_sessions' });
  channels[0]?.end(ChannelStream.stdin);
  await waitUntil(() => audited.some(({ action }) => action === 'session.end'), 'the end of one');
  await waitUntil(async () => {
    const next = open(['cat']);
    return next.accepted.then(
      () => true,
      () => undefined,
    );
  }, 'room for another one');
});

it('ends the program when the client goes away, and records that', async (t) => {
  const { open, audited } = await start(t);
  const channel = open(['cat']);
  await channel.accepted;
  channel.close();
  await waitUntil(() => audited.length === 2, 'the second audit event');
  assert.partialDeepStrictEqual(audited[1], { action: 'session.end', details: { end: 'lost' } });
});

it('runs nothing that cannot be recorded', async (t) => {
  const { open, breakAudit, sessions } = await start(t);
  breakAudit();
  await assert.rejects(open(['cat']).accepted, { code: 'disk_full' });
  assert.deepEqual(await sessions.running(), []);
});
