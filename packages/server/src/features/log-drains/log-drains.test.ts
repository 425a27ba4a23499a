import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import type { LogSource } from '@rig-ops/contract/log-record';
import { openLogWriter } from '@rig-ops/logstore';
import { systemClock } from '../../clock.ts';
import { startOtlpReceiver } from '../../drains/testing/otlp-receiver.ts';
import { MemoryLog } from '../../testing/memory-log.ts';
import { makeTemporaryFolder } from '../../testing/temporary-folder.ts';
import { waitUntil } from '../../testing/wait-until.ts';
import { FakeAppStore } from '../apps/testing/fake-app-store.ts';
import { FakeEventLog } from '../events/testing/fake-event-log.ts';
import { LogDrainService } from './log-drain-service.ts';
import { FakeLogDrainStore } from './testing/fake-log-drain-store.ts';

const appOf = (name: string, network = 'default') => ({
  id: `app_${name}`,
  name,
  network,
  createdAt: '2026-01-02T03:04:05.678Z',
});
const web: LogSource = { kind: 'app', process: 'web', instance: 'web.1', release: 2, stream: 'stderr' };

/** Something happens just behind a look at the apps. */
class LookedAtAppStore extends FakeAppStore {
  behindLook: (() => Promise<void>) | undefined;

  override async list(...query: Parameters<FakeAppStore['list']>): ReturnType<FakeAppStore['list']> {
    const page = await super.list(...query);
    const happens = this.behindLook;
    this.behindLook = undefined;
    await happens?.();
    return page;
  }
}

async function setUp(t: TestContext) {
  const folder = await makeTemporaryFolder(t);
  const apps = new LookedAtAppStore();
  await apps.create(appOf('shop'));
  await apps.create(appOf('inner', 'other'));
  const events = new FakeEventLog(systemClock);
  const store = new FakeLogDrainStore();
  const receiver = await startOtlpReceiver(t);
  const start = async () => {
    const service = new LogDrainService({
      store,
      apps,
      events,
      folder,
      origin: { scope: 'rig.logs', platform: 'plt_1', version: '1' },
      clock: systemClock,
      log: new MemoryLog().logger,
    });
    await service.start();
    t.after(() => service.close());
    return service;
  };
  const write = async (log: string, ...lines: string[]) => {
    const writer = await openLogWriter(join(folder, log));
    const kind = log.startsWith('edge/') ? 'edge' : 'app';
    await writer.append(
      lines.map((line) => ({ at: Date.now(), source: { ...web, kind }, bytes: Buffer.from(line) })),
    );
    await writer.close();
  };
  const bodies = () => receiver.received.map(({ body }) => body);
  const got = (...expected: string[]) =>
    waitUntil(
      () => expected.every((body) => bodies().includes(body)),
      `${expected.join()} of ${bodies().join()}`,
    );
  const wanted = { name: 'otel', target: 'app/shop', url: receiver.url, allowPrivate: true };
  return { apps, events, folder, receiver, start, write, bodies, got, wanted };
}

it('sends what comes after it was added, with where it is from', async (t) => {
  const { receiver, start, write, got, bodies, wanted } = await setUp(t);
  const service = await start();
  await write('apps/app_shop', 'before');
  const added = await service.add(wanted);
  assert.deepEqual([added.logs, added.lag, added.failures], [2, 0, 0]);
  await write('apps/app_shop', '{"level":"error","msg":"no"}', 'grün');
  await write('edge/app_shop', '{"type":"request","status":200}');
  await got('{"level":"error","msg":"no"}', 'grün', '{"type":"request","status":200}');
  assert.ok(!bodies().includes('before'));
  const line = receiver.received.find(({ body }) => body.includes('"no"'));
  const { cursor, ...attributes } = line?.attributes ?? {};
  assert.match(cursor ?? '', /^\d+\.2$/);
  assert.deepEqual(attributes, {
    app: 'shop',
    network: 'default',
    source: 'app',
    process: 'web',
    instance: 'web.1',
    release: '2',
    stream: 'stderr',
    level: 'error',
  });
  assert.equal(receiver.received.find(({ body }) => body.includes('200'))?.event, 'edge.request');
});

it('goes on after a restart where the receiver had come to, and repeats what it had not taken', async (t) => {
  const { receiver, start, write, got, bodies, wanted } = await setUp(t);
  const first = await start();
  await write('apps/app_shop', 'one');
  await first.add({ ...wanted, fromStart: true });
  await got('one');
  await waitUntil(async () => (await first.list())[0]?.lag === 0, 'that its position is kept');
  receiver.answer.status = 503;
  await write('apps/app_shop', 'two');
  await waitUntil(async () => ((await first.list())[0]?.failures ?? 0) >= 3, 'failures');
  const [problem] = await first.problems();
  assert.deepEqual([problem?.code, problem?.app], ['log_drain_failing', 'shop']);
  assert.match(problem?.message ?? '', /1 lines behind.*503/);
  await first.close();
  receiver.answer.status = 200;
  await write('apps/app_shop', 'three');
  await start();
  await got('two', 'three');
  assert.deepEqual(bodies(), ['one', 'two', 'three']);
});

it('sends the apps of a network, also one that comes, until one goes', async (t) => {
  const { apps, events, folder, start, write, got, bodies, wanted } = await setUp(t);
  const service = await start();
  await service.add({ ...wanted, target: 'network/default' });
  await write('apps/app_inner', 'of another network');
  await apps.create(appOf('late'));
  await write('apps/app_late', 'its first line');
  await events.append({ app: 'late', kind: 'app.created', message: 'Created.' });
  await got('its first line');
  assert.ok(!bodies().includes('of another network'));
  await apps.markDestroying('app_late');
  await apps.remove('app_late');
  await rm(join(folder, 'apps/app_late'), { recursive: true });
  await events.append({ app: 'late', kind: 'app.destroyed', message: 'Destroyed.' });
  await waitUntil(async () => (await service.list())[0]?.logs === 2, 'that its logs are let go');
});

it('does not miss an app that comes while it looks for apps', async (t) => {
  const { apps, events, start, write, got, wanted } = await setUp(t);
  const service = await start();
  await service.add({ ...wanted, target: 'network/default' });
  await write('apps/app_late', 'its first line');
  apps.behindLook = async () => {
    await apps.create(appOf('late'));
    await events.append({ app: 'late', kind: 'app.created', message: 'Created.' });
  };
  await events.append({ app: null, kind: 'platform.started', message: 'Look.' });
  await got('its first line');
});

it('refuses what it cannot send, and forgets what is removed', async (t) => {
  const { receiver, start, write, wanted, bodies } = await setUp(t);
  const service = await start();
  const { signal } = new AbortController();
  await assert.rejects(service.add({ ...wanted, allowPrivate: false }), { code: 'drain_target_refused' });
  await assert.rejects(service.add({ ...wanted, target: 'app/nope' }), { code: 'app_not_found' });
  await assert.rejects(service.add({ ...wanted, target: 'platform' }), { code: 'invalid_input' });
  await assert.rejects(service.add({ ...wanted, url: 'ftp://x' }), { code: 'invalid_input' });
  await assert.rejects(service.test('otel', 'ann', signal), { code: 'drain_not_found' });
  await service.add(wanted);
  await assert.rejects(service.add(wanted), { code: 'drain_exists' });
  await service.test('otel', 'ann', signal);
  assert.match(bodies()[0] ?? '', /test of the drain otel/);
  receiver.answer.body = '{"partialSuccess":{"rejectedLogRecords":"1","errorMessage":"too old"}}';
  await assert.rejects(service.test('otel', 'ann', signal), { code: 'drain_failed', message: /too old/ });
  await service.remove('otel');
  await assert.rejects(service.remove('otel'), { code: 'drain_not_found' });
  await write('apps/app_shop', 'nobody gets this');
  assert.deepEqual(await service.list(), []);
});
