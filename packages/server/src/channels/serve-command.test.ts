import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { type CommandExit, ChannelStream } from '@rig-ops/contract/channels';
import { RigError } from '@rig-ops/contract/errors';
import type { Channel } from '@rig-ops/wire';
import { FakeEngine } from '../engines/fake/fake-engine.ts';
import { FakeAppStore } from '../features/apps/testing/fake-app-store.ts';
import type { NewAuditEvent } from '../features/audit/audit-log.ts';
import { connectClient } from '../testing/connect-client.ts';
import { startTestApi } from '../testing/start-test-api.ts';
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
  const audit = new ChannelAudit({
    append: async (event) => {
      if (!canAudit) throw new RigError('disk_full', 'Full.');
      audited.push(structuredClone(event));
    },
    list: async () => ({ items: [], nextCursor: null }),
  });
  const { port } = await startTestApi(
    t,
    {},
    {
      command: serveCommand({
        apps,
        engine,
        audit,
        policy: {
          decide: async () => ({
            limits: { idleSeconds: null, maximumSeconds: null },
            recording: 'off',
            approval: null,
          }),
          recheck: async () => undefined,
        },
        deployments: {
          resolveInstance: async (_app, { instance }) => {
            if (instance === 'web.9') throw new RigError('instance_not_found', 'There is no web.9.');
            return { id: 'ins_1', name: 'web.1', cwd: '/', env: { SECRET: 'value' } };
          },
        },
      }),
    },
  );
  const connection = await connectClient(t, port);
  return {
    connection,
    audited,
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
  const { open, audited } = await start(t);
  const channel = open(['cat'], { env: { PGPASSWORD: 'hunter2' } });
  const accepted = (await channel.accepted) as { session: string; instance: string };
  assert.equal(accepted.instance, 'web.1');
  await channel.write(ChannelStream.stdin, Buffer.from('in and out'));
  channel.end(ChannelStream.stdin);
  assert.equal(await readAll(channel, ChannelStream.stdout), 'in and out');
  const exit = (await channel.exited) as CommandExit;
  assert.deepEqual([exit.exitCode, exit.stdoutBytes], [0, 10]);
  await waitUntil(() => audited.length === 2, 'the second audit event');
  assert.deepEqual(
    audited.map(({ requestId: _requestId, ...event }) => event),
    ['started', 'succeeded'].map((result) => ({
      user: 'ann',
      action: 'command.run',
      target: 'app/shop',
      result,
      errorCode: null,
      client: '127.0.0.1',
      invocationId: 'inv-ws',
      details: {
        session: accepted.session,
        argv: ['cat'],
        env: ['PGPASSWORD'],
        ...(result === 'started' ? {} : { instance: 'web.1', exitCode: 0, signal: null }),
      },
    })),
  );
  assert.equal(audited[0]?.requestId, audited[1]?.requestId);
  assert.doesNotMatch(JSON.stringify(audited), /hunter2|value/);
});

it('passes signals on and the exit code back', async (t) => {
  const { open } = await start(t);
  const channel = open(['cat']);
  await channel.accepted;
  channel.control({ type: 'signal', signal: 'SIGTERM' });
  const exit = (await channel.exited) as CommandExit;
  assert.deepEqual([exit.exitCode, exit.signal], [143, 'SIGTERM']);
});

it('refuses what cannot be run, and records that', async (t) => {
  const { connection, open, audited } = await start(t);
  await assert.rejects(open(['nothing-there']).accepted, { code: 'remote_not_started' });
  await assert.rejects(open(['cat'], { instance: 'web.9' }).accepted, { code: 'instance_not_found' });
  await assert.rejects(open([]).accepted, { code: 'invalid_input' });
  await assert.rejects(connection.open('command', { app: 'other', argv: ['cat'] }).accepted, {
    code: 'app_not_found',
  });
  await waitUntil(() => audited.length === 6, 'the audit events');
  assert.deepEqual(
    audited.filter(({ result }) => result === 'failed').map(({ errorCode }) => errorCode),
    ['remote_not_started', 'instance_not_found', 'app_not_found'],
  );
});

it('ends the program when the client goes away, and records that nobody knows how it ended', async (t) => {
  const { open, audited } = await start(t);
  const channel = open(['cat']);
  await channel.accepted;
  channel.close();
  await waitUntil(() => audited.length === 2, 'the second audit event');
  assert.equal(audited[1]?.result, 'failed');
});

it('runs nothing that cannot be recorded', async (t) => {
  const { open, breakAudit } = await start(t);
  breakAudit();
  await assert.rejects(open(['cat']).accepted, { code: 'disk_full' });
});
