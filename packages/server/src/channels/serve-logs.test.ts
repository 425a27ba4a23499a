import assert from 'node:assert/strict';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import type { EventKind } from '@rig-ops/contract/event-kinds';
import { ChannelStream } from '@rig-ops/contract/channels';
import { platformLayout } from '@rig-ops/contract/layout';
import type { LogRecord, LogSource } from '@rig-ops/contract/log-record';
import { openLogWriter } from '@rig-ops/logstore';
import { readRecords } from '@rig-ops/wire';
import { systemClock } from '../clock.ts';
import { AppLifetimes } from '../features/apps/app-lifetimes.ts';
import { FakeAppStore } from '../features/apps/testing/fake-app-store.ts';
import type { NewAuditEvent } from '../features/audit/audit-log.ts';
import { FakeEventLog } from '../features/events/testing/fake-event-log.ts';
import { collectRecords, connectClient } from '../testing/connect-client.ts';
import { startTestApi } from '../testing/start-test-api.ts';
import { makeTemporaryFolder } from '../testing/temporary-folder.ts';
import { waitUntil } from '../testing/wait-until.ts';
import { ChannelAudit } from './channel-audit.ts';
import { serveLogs } from './serve-logs.ts';

const app = { id: 'app_1', name: 'shop', network: 'default', createdAt: '2026-01-02T03:04:05.678Z' };
const at = Date.parse('2026-01-02T03:04:05.678Z');
const source: LogSource = { kind: 'app', process: 'web', instance: 'web.1', release: 2, stream: 'stderr' };

const start = async (t: TestContext) => {
  const layout = platformLayout(await makeTemporaryFolder(t));
  const apps = new FakeAppStore();
  await apps.create(app);
  const lifetimes = new AppLifetimes();
  const events = new FakeEventLog(systemClock, () => app);
  const buildEnd = Promise.withResolvers<void>();
  const audited: NewAuditEvent[] = [];
  const audit = new ChannelAudit({
    append: async (event) => void audited.push(structuredClone(event)),
    list: async () => ({ items: [], nextCursor: null }),
  });
  const { port } = await startTestApi(
    t,
    {},
    {
      logs: serveLogs({
        layout,
        apps,
        lifetimes,
        audit,
        events,
        deployments: {
          appOfBuild: async (build) => (build === 'bld_1' ? app : undefined),
          buildEnded: () => buildEnd.promise,
        },
      }),
    },
  );
  const write = async (dir: string) => {
    const writer = await openLogWriter(join(layout.logs, dir));
    t.after(() => writer.close());
    return (...messages: (string | Uint8Array)[]) =>
      writer.append(messages.map((message) => ({ at, source, bytes: Buffer.from(message) })));
  };
  const connection = await connectClient(t, port);
  const read = (params: object) =>
    collectRecords<LogRecord>(connection.open('logs', params), ChannelStream.records);
  const codeOf = (params: object) =>
    connection.open('logs', params).accepted.then(
      () => 'accepted',
      (error: { code: string }) => error.code,
    );
  return { write, read, codeOf, connection, lifetimes, buildEnd, audited, events };
};

const messagesOf = (records: LogRecord[]) =>
  records.map((record) => (record.type === 'line' ? record.message : record.type));

it('gives the lines of an app as they are described, and their exact bytes', async (t) => {
  const { write, read, audited } = await start(t);
  await (await write('apps/app_1'))('grüß', Buffer.from([0x61, 0xff]));
  const records = await read({ app: 'shop' });
  const described = {
    type: 'line',
    at: '2026-01-02T03:04:05.678Z',
    app: 'shop',
    source: 'app',
    process: 'web',
    instance: 'web.1',
    release: 2,
    stream: 'stderr',
  };
  const [first, second] = records as { cursor: string }[];
  assert.deepEqual(records, [
    { ...described, cursor: first?.cursor, message: 'grüß' },
    { ...described, cursor: second?.cursor, message: 'a\uFFFD', base64: 'Yf8=' },
  ]);
  assert.match(first?.cursor ?? '', /^\d+\.1$/);
  const { requestId: _requestId, ...event } = audited[0] ?? assert.fail();
  assert.deepEqual(event, {
    user: 'ann',
    action: 'logs.read',
    target: 'app/shop',
    result: 'succeeded',
    errorCode: null,
    client: '127.0.0.1',
    invocationId: 'inv-ws',
    details: {},
  });
});

it('begins where it is told to', async (t) => {
  const { write, read } = await start(t);
  await (await write('apps/app_1'))('one', 'two', 'three');
  const all = await read({ app: 'shop' });
  const second = all[1] as { cursor: string };
  assert.deepEqual(messagesOf(await read({ app: 'shop', tail: 1 })), ['three']);
  assert.deepEqual(messagesOf(await read({ app: 'shop', tail: 0 })), []);
  assert.deepEqual(messagesOf(await read({ app: 'shop', after: second.cursor })), ['three']);
});

it('is empty for an app that has not written anything', async (t) => {
  const { read } = await start(t);
  assert.deepEqual(await read({ app: 'shop' }), []);
});

it('refuses what it cannot give, and records that', async (t) => {
  const { codeOf, audited } = await start(t);
  assert.equal(await codeOf({ app: 'other' }), 'app_not_found');
  assert.equal(await codeOf({ build: 'bld_2' }), 'build_not_found');
  assert.equal(await codeOf({}), 'invalid_input');
  assert.equal(await codeOf({ app: 'shop', build: 'bld_1' }), 'invalid_input');
  assert.equal(await codeOf({ app: 'shop', after: 'x' }), 'invalid_input');
  assert.equal(await codeOf({ app: 'shop', after: '1.1', tail: 3 }), 'invalid_input');
  // One that names nothing was turned away before, where another log has it.
  assert.equal(audited.length, 5);
  assert.ok(audited.every(({ result }) => result === 'failed'));
});

it('follows an app until it is destroyed', async (t) => {
  const { write, connection, lifetimes } = await start(t);
  const append = await write('apps/app_1');
  await append('old');
  const channel = connection.open('logs', { app: 'shop', follow: true });
  const seen: string[] = [];
  for await (const record of readRecords(channel, ChannelStream.records)) {
    const { message } = record as { message: string };
    seen.push(message);
    if (message === 'old') await append('new');
    else lifetimes.end('app_1');
  }
  assert.deepEqual(seen, ['old', 'new']);
});

it('follows a build to its last line and ends with it', async (t) => {
  const { write, connection, buildEnd } = await start(t);
  const append = await write('builds/bld_1');
  const channel = connection.open('logs', { build: 'bld_1', follow: true });
  await channel.accepted;
  await append('first');
  const seen: string[] = [];
  for await (const record of readRecords(channel, ChannelStream.records)) {
    const { message } = record as { message: string };
    seen.push(message);
    if (message !== 'first') continue;
    await append('last');
    buildEnd.resolve();
  }
  assert.deepEqual(seen, ['first', 'last']);
});

it('gives the requests to an app, and what no app answered to', async (t) => {
  const { write, read, codeOf } = await start(t);
  await (await write('edge/app_1'))('{"type":"request","status":503}', '{"type":"request","status":200}');
  await (await write('edge/_unrouted'))('{"type":"request","status":404}');
  assert.equal((await read({ app: 'shop', store: 'edge' })).length, 2);
  const failed = await read({ app: 'shop', store: 'edge', query: { where: 'status>=500' } });
  assert.deepEqual(messagesOf(failed), ['{"type":"request","status":503}']);
  assert.deepEqual(messagesOf(await read({ network: 'default', store: 'edge' })), [
    '{"type":"request","status":404}',
  ]);
  assert.equal(await codeOf({ app: 'shop', query: { where: 'status>=' } }), 'invalid_input');
  for (const wrong of [
    { network: 'default' },
    { network: 'default', app: 'shop', store: 'edge' },
    { build: 'bld_1', store: 'edge' },
    {},
  ]) {
    assert.equal(await codeOf(wrong), 'invalid_input', JSON.stringify(wrong));
  }
});

it('gives events as lines of a log, from where it is told to, and goes on with new ones', async (t) => {
  const { read, events, connection, lifetimes } = await start(t);
  const tell = (kind: EventKind, message: string) => events.append({ app: 'shop', kind, message });
  await tell('app.created', 'Created shop.');
  await tell('instance.crashed', 'web.1 crashed.');
  await events.append({ app: null, kind: 'platform.started', message: 'rigd started.' });
  await tell('release.live', 'v1 is live.');
  const whole = await read({ app: 'shop', store: 'events' });
  assert.deepEqual(messagesOf(whole), ['Created shop.', 'web.1 crashed.', 'v1 is live.']);
  const [first] = whole;
  assert.ok(first?.type === 'line');
  const { at: _at, cursor: _cursor, ...described } = first;
  assert.deepEqual(described, {
    type: 'line',
    app: 'shop',
    source: 'platform',
    process: 'events',
    instance: 'app.created',
    release: 0,
    stream: 'stdout',
    message: 'Created shop.',
  });
  const all = { network: 'default', store: 'events' };
  assert.equal((await read(all)).length, 4);
  assert.deepEqual(messagesOf(await read({ ...all, tail: 1 })), ['v1 is live.']);
  assert.deepEqual(messagesOf(await read({ ...all, tail: 2, reverse: true })), [
    'v1 is live.',
    'rigd started.',
  ]);
  const crash = { instances: ['instance.crashed'] };
  assert.deepEqual(messagesOf(await read({ ...all, query: crash })), ['web.1 crashed.']);
  assert.deepEqual(
    messagesOf(await read({ ...all, query: { match: { patterns: ['LIVE'], ignoreCase: true } } })),
    ['v1 is live.'],
  );

  const channel = connection.open('logs', {
    app: 'shop',
    store: 'events',
    follow: true,
    positions: true,
    tail: 0,
    query: crash,
  });
  await channel.accepted;
  const seen: { type: string; cursor: string; message?: string }[] = [];
  const reading = (async () => {
    for await (const record of readRecords(channel, ChannelStream.records))
      seen.push(record as (typeof seen)[0]);
  })();
  await waitUntil(() => seen.length === 1, 'a position');
  assert.deepEqual(seen, [{ type: 'position', cursor: '1.4' }]);
  await tell('release.live', 'v2 is live.');
  await waitUntil(() => seen.at(-1)?.cursor === '1.5', 'that one was passed over');
  await tell('instance.crashed', 'web.2 crashed.');
  await waitUntil(() => seen.some(({ message }) => message === 'web.2 crashed.'), 'the crash');
  lifetimes.end('app_1');
  await reading;
  const after = await read({ ...all, after: seen[1]?.cursor });
  assert.deepEqual(messagesOf(after), ['web.2 crashed.']);
});
