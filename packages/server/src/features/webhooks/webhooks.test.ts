import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { WebhookPayloadSchema } from '@rig-ops/contract/resources';
import { Compile } from 'typebox/compile';
import { openDatabase } from '../../store/database.ts';
import { MemoryLog } from '../../testing/memory-log.ts';
import { waitUntil } from '../../testing/wait-until.ts';
import { SqlAppStore } from '../apps/sql-app-store.ts';
import { readConfigKeys } from '../config/config-keys.ts';
import { SqlEventLog } from '../events/sql-event-log.ts';
import { SqlNetworkStore } from '../networks/sql-network-store.ts';
import { makeTemporaryFolder } from '../../testing/temporary-folder.ts';
import { ATTEMPTS } from './retry-schedule.ts';
import { SqlWebhookStore } from './sql-webhook-store.ts';
import { JumpingTime } from './testing/jumping-time.ts';
import { Receiver, verify } from './testing/start-receiver.ts';
import { WebhookSealer } from './webhook-sealer.ts';
import { WebhookService } from './webhook-service.ts';
import { networkOf } from '../networks/testing/network-of.ts';

const HOUR = 60 * 60 * 1_000;
const ANSWER_MS = 300;

const until = (probe: () => boolean | Promise<boolean>) => waitUntil(probe, 'what the webhook does');

const added = async (adding: Promise<{ secret: string | null }>): Promise<string> =>
  (await adding).secret ?? assert.fail('a secret was made');

async function start(t: TestContext) {
  const db = await openDatabase(':memory:');
  const time = new JumpingTime();
  const { clock, pause } = time;
  const events = new SqlEventLog(db, clock);
  const apps = new SqlAppStore(db);
  const networks = new SqlNetworkStore(db);
  await networks.create(networkOf('inner'));
  for (const [name, network] of [
    ['shop', 'default'],
    ['blog', 'inner'],
  ] as const)
    await apps.create({ id: `app_${name}`, name, network, createdAt: clock.now().toISOString() });
  const keys = await readConfigKeys(`${await makeTemporaryFolder(t)}/keys.json`);
  const services: WebhookService[] = [];
  const begin = async () => {
    const service = new WebhookService({
      store: new SqlWebhookStore(db),
      events,
      apps,
      networks,
      sealer: new WebhookSealer(keys),
      platform: 'plt_1',
      version: '1.2.3',
      clock,
      pause,
      log: new MemoryLog().logger,
      answerMs: ANSWER_MS,
    });
    services.push(service);
    await service.start();
    return service;
  };
  const service = await begin();
  t.after(async () => {
    await Promise.all(services.map((each) => each.close()));
    await db.destroy();
  });
  const tell = (message: string, app: string | null = 'shop') =>
    events.append({ app, kind: app === null ? 'platform.started' : 'release.live', message });
  const add = (url: string, more: object = {}) =>
    service.add({ name: 'hook', url, events: ['*'], allowPrivate: true, ...more }, 'ada');
  const delivered = (name: string) => service.deliveries(name, { limit: 1_000 });
  const { signal } = new AbortController();
  return { db, time, events, service, begin, tell, add, delivered, signal };
}

it('sends what was chosen, in order, signed, in the shape that is published, and nothing from before', async (t) => {
  const { add, events, service, tell } = await start(t);
  const receiver = await Receiver.start(t);
  await tell('before');
  const secret = await added(add(receiver.url, { events: ['release.*', 'instance.crashed'], app: 'shop' }));
  const inner = await Receiver.start(t);
  await add(inner.url, { name: 'inner', network: 'inner', headers: { 'X-Token': 'sesame' } });
  await tell('one');
  await tell('of another app', 'blog');
  await events.append({ app: 'shop', kind: 'app.scaled', message: 'of another kind' });
  await tell('of the platform', null);
  const details = { instance: 'web.1', release: 3 };
  await events.append({ app: 'shop', kind: 'instance.crashed', message: 'two', user: 'bob', details });
  await until(() => receiver.got.length === 2 && inner.got.length === 1);
  assert.deepEqual(receiver.messages, ['one', 'two']);
  assert.deepEqual(inner.messages, ['of another app']);
  assert.equal(inner.got[0]?.headers['x-token'], 'sesame');
  const check = Compile(WebhookPayloadSchema);
  for (const message of receiver.got) {
    verify(secret, message);
    assert.ok(check.Check(message.payload), message.body);
  }
  assert.throws(() => verify(secret, inner.got[0] ?? assert.fail()));
  assert.deepEqual(receiver.got[1]?.payload.data, {
    platform: 'plt_1',
    webhook: 'hook',
    event: 6,
    app: 'shop',
    network: 'default',
    user: 'bob',
    message: 'two',
    details,
  });
  assert.equal(receiver.got[0]?.headers['user-agent'], 'rig/1.2.3');
  const shown = JSON.stringify(await service.list());
  assert.ok(!shown.includes('sesame') && !shown.includes(secret.slice(6)), 'no secret is shown again');
});

it('keeps secrets and headers encrypted', async (t) => {
  const { add, db } = await start(t);
  const secret = await added(add('http://127.0.0.1:9/', { headers: { authorization: 'sesame' } }));
  const rows = JSON.stringify(await db.selectFrom('webhooks').selectAll().execute());
  assert.ok(!rows.includes('sesame') && !rows.includes(secret.slice(6)));
});

it('tries again after an error, a timeout and a refused connection, with the same id; what comes behind does not wait', async (t) => {
  const { add, delivered, service, tell } = await start(t);
  const receiver = await Receiver.start(t);
  receiver.answer = (response, { payload }, number) => {
    if (payload.data.message === 'two') response.end();
    else if (number === 0) response.writeHead(500).end('out of order');
    else if (number > 2) response.end('taken');
    // Else it says nothing.
  };
  await add(receiver.url);
  await tell('one');
  await tell('two');
  await until(
    async () => (await delivered('hook')).items.filter(({ endedAt }) => endedAt !== null).length === 2,
  );
  const [two, one] = (await delivered('hook')).items;
  assert.deepEqual(receiver.messages.slice(0, 2), ['one', 'two']);
  assert.equal(two?.attempts, 1);
  assert.deepEqual(
    new Set(receiver.got.filter(({ payload }) => payload.data.message === 'one').map(({ id }) => id)),
    new Set([one?.id]),
  );
  const { tries } = await service.delivery('hook', one?.id ?? '');
  assert.deepEqual(tries[0], { ...tries[0], cause: 'event', status: 500, response: 'out of order' });
  assert.ok(tries.some(({ error, cause }) => cause === 'retry' && /did not answer/.test(error ?? '')));

  const { port } = receiver;
  await receiver.close();
  await tell('three');
  await until(async () => /refused the connection/.test((await service.get('hook')).lastError ?? ''));
  await receiver.listen(port);
  await until(() => receiver.messages.includes('three'));
});

it('gives up after a day, and begins anew when told to', async (t) => {
  const { add, delivered, service, tell, time } = await start(t);
  const receiver = await Receiver.start(t);
  let works = false;
  receiver.answer = (response) => response.writeHead(works ? 204 : 503).end();
  await add(receiver.url);
  const began = time.clock.now().getTime();
  await tell('one');
  await until(async () => (await delivered('hook')).items[0]?.state === 'failed');
  const took = time.clock.now().getTime() - began;
  assert.equal(receiver.got.length, ATTEMPTS);
  assert.ok(took > 23 * HOUR && took < 30 * HOUR, `${took}`);
  assert.equal(service.problems()[0]?.code, 'webhook_failing');
  works = true;
  assert.equal(await service.redeliverFailed('hook'), 1);
  await until(async () => (await delivered('hook')).items[0]?.state === 'delivered');
  assert.deepEqual(service.problems(), []);
});

it('goes on where it was when rigd ended in the middle, with the same ids', async (t) => {
  const { add, begin, delivered, service, tell } = await start(t);
  const receiver = await Receiver.start(t);
  receiver.answer = () => undefined;
  await add(receiver.url);
  await tell('one');
  await tell('two');
  await until(() => receiver.got.length === 1);
  await service.close();
  await tell('while it was away');
  receiver.answer = (response) => response.end();
  const again = await begin();
  await until(async () => (await again.deliveries('hook', {})).items.length === 3);
  await until(async () => (await again.get('hook')).waiting === 0);
  assert.deepEqual(receiver.messages, ['one', 'one', 'two', 'while it was away']);
  assert.equal(receiver.got[0]?.id, receiver.got[1]?.id);
  assert.equal((await delivered('hook')).items.length, 3);
});

it('is not held up by the receiver of another webhook', async (t) => {
  const { add, tell } = await start(t);
  const [slow, quick] = [await Receiver.start(t), await Receiver.start(t)];
  slow.answer = () => undefined;
  await add(slow.url, { name: 'slow' });
  await add(quick.url, { name: 'quick' });
  for (const message of ['one', 'two', 'three']) await tell(message);
  await until(() => quick.got.length === 3);
  assert.ok(slow.got.length <= 1);
});

it('sends a message again on request, and a test, and says how it went', async (t) => {
  const { add, delivered, service, signal, tell } = await start(t);
  const receiver = await Receiver.start(t);
  const secret = await added(add(receiver.url));
  await tell('one');
  await until(async () => (await delivered('hook')).items[0]?.state === 'delivered');
  const [one] = (await delivered('hook')).items;
  const again = await service.redeliver('hook', one?.id ?? '', signal);
  assert.deepEqual(
    again.tries.map(({ cause, status }) => [cause, status]),
    [
      ['event', 200],
      ['redelivery', 200],
    ],
  );
  assert.deepEqual(receiver.got[0]?.body, receiver.got[1]?.body);
  assert.equal(receiver.got[1]?.id, one?.id);

  const tested = await service.test('hook', 'ada', signal);
  assert.deepEqual([tested.type, tested.event, tested.state], ['webhook.test', null, 'delivered']);
  verify(secret, receiver.got[2] ?? assert.fail());
  receiver.answer = (response) => response.writeHead(401).end('who are you');
  await assert.rejects(service.test('hook', 'ada', signal), {
    code: 'webhook_failed',
    message: 'The receiver of hook answered HTTP 401.',
  });
  const [failed] = (await delivered('hook')).items;
  const { tries } = await service.delivery('hook', failed?.id ?? '');
  assert.deepEqual([failed?.state, tries[0]?.response], ['failed', 'who are you']);
  assert.equal((await service.get('hook')).failed, 0, 'a test is no event that was lost');
  await assert.rejects(service.redeliver('hook', 'msg_nope', signal), { code: 'webhook_delivery_not_found' });
});

it('signs with the old secret too while a new one is brought in, and then no more', async (t) => {
  const { add, service, signal, time } = await start(t);
  const receiver = await Receiver.start(t);
  const old = await added(add(receiver.url));
  const own = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
  const rotated = await service.rotate('hook', { secret: own, overlapSeconds: 60 });
  assert.equal(rotated.secret, null, 'who brought it has it');
  assert.deepEqual(
    rotated.secrets.map(({ expiresAt }) => expiresAt !== null),
    [false, true],
  );
  await service.test('hook', 'ada', signal);
  for (const each of [old, own]) verify(each, receiver.got[0] ?? assert.fail());
  time.pass(61_000);
  await service.test('hook', 'ada', signal);
  verify(own, receiver.got[1] ?? assert.fail());
  assert.throws(() => verify(old, receiver.got[1] ?? assert.fail()));
  assert.equal((await service.get('hook')).secrets.length, 1);
  const third = await added(service.rotate('hook', { overlapSeconds: 0 }));
  await service.test('hook', 'ada', signal);
  assert.throws(() => verify(own, receiver.got[2] ?? assert.fail()));
  verify(third, receiver.got[2] ?? assert.fail());
});

it('reaches no private address unless that was allowed, at each attempt', async (t) => {
  const { add, begin, db, signal } = await start(t);
  const receiver = await Receiver.start(t);
  const no = { code: 'webhook_target_refused' };
  for (const host of ['127.0.0.1', 'localhost', '[::1]', '169.254.169.254', '0x7f.1', 'a.localhost'])
    await assert.rejects(add(`http://${host}:${receiver.port}/`, { allowPrivate: false }), no, host);
  // As one that was fine when it was added, and leads elsewhere now.
  await add(receiver.url);
  await db.updateTable('webhooks').set({ allow_private: 0 }).execute();
  const later = await begin();
  await assert.rejects(later.test('hook', 'ada', signal), { message: /an address of this machine/ });
  assert.equal(receiver.got.length, 0);
  for (const url of ['ftp://a.example/', 'https://ann:sesame@a.example/', 'nonsense', 'https://'])
    await assert.rejects(add(url, { name: 'other' }), { code: 'invalid_input' }, url);
});

it('follows no redirection, and reads no more of an answer than it keeps', { timeout: 30_000 }, async (t) => {
  const { add, delivered, service, signal, tell } = await start(t);
  const [receiver, elsewhere] = [await Receiver.start(t), await Receiver.start(t)];
  await add(receiver.url);
  receiver.answer = (response) => response.writeHead(307, { location: elsewhere.url }).end();
  await assert.rejects(service.test('hook', 'ada', signal), { message: /answered HTTP 307/ });
  assert.equal(elsewhere.got.length, 0);
  let written = 0;
  receiver.answer = (response) => {
    response.writeHead(200);
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536, 'x'))) written += 65_536;
      if (!response.destroyed) response.once('drain', more);
    };
    more();
  };
  await tell('one');
  await until(async () => (await delivered('hook')).items[0]?.state === 'delivered');
  const [one] = (await delivered('hook')).items;
  const { tries } = await service.delivery('hook', one?.id ?? '');
  assert.equal(tries[0]?.response?.length, 2_049);
  assert.ok(written < 32 * 1024 * 1024, `${written}`);
});

it('is disabled by 410 and after three days of failure, tells, and goes on when it is resumed', async (t) => {
  const { add, delivered, events, service, tell } = await start(t);
  const receiver = await Receiver.start(t);
  let status = 410;
  receiver.answer = (response) => response.writeHead(status).end();
  await add(receiver.url, { events: ['release.*'] });
  await tell('one');
  await until(async () => (await service.get('hook')).state === 'disabled');
  await tell('two');
  assert.deepEqual(
    service.problems().map(({ code }) => code),
    ['webhook_disabled'],
  );
  await until(async () => (await events.list({})).items.some(({ kind }) => kind === 'webhook.disabled'));
  assert.equal(receiver.got.length, 1);
  status = 200;
  await service.resume('hook', false);
  await until(async () => (await service.get('hook')).waiting === 0);
  await until(() => receiver.messages.includes('two'));
  assert.deepEqual(service.problems(), []);

  status = 500;
  for (let day = 0; day < 5 && (await service.get('hook')).state === 'active'; day += 1) {
    await tell(`day ${day}`);
    const { newest } = await events.range();
    await until(
      async () =>
        (await service.get('hook')).state === 'disabled' ||
        (await delivered('hook')).items.some(({ event, state }) => event === newest && state === 'failed'),
    );
  }
  const { reason, state } = await service.get('hook');
  assert.equal(state, 'disabled');
  assert.match(reason ?? '', /took nothing since .*answered HTTP 500/);
});

it('loses nothing while it is paused, unless it is to go on from now', async (t) => {
  const { add, service, tell } = await start(t);
  const receiver = await Receiver.start(t);
  await add(receiver.url);
  await service.pause('hook');
  await tell('one');
  assert.equal((await service.resume('hook', false)).state, 'active');
  await until(() => receiver.got.length === 1);
  await service.pause('hook');
  await tell('two');
  await service.resume('hook', true);
  await tell('three');
  await until(() => receiver.got.length === 2);
  assert.deepEqual(receiver.messages, ['one', 'three']);
});

it('refuses what it cannot do, and forgets what is removed', async (t) => {
  const { add, service } = await start(t);
  const receiver = await Receiver.start(t);
  const bad = { code: 'invalid_input' };
  await assert.rejects(add(receiver.url, { events: ['release.love'] }), bad);
  await assert.rejects(add(receiver.url, { secret: 'whsec_c2VzYW1l' }), bad);
  await assert.rejects(add(receiver.url, { headers: { 'webhook-id': 'x' } }), bad);
  await assert.rejects(add(receiver.url, { app: 'nope' }), { code: 'app_not_found' });
  await assert.rejects(add(receiver.url, { network: 'nope' }), { code: 'network_not_found' });
  await add(receiver.url);
  await assert.rejects(add(receiver.url), { code: 'webhook_exists' });
  await service.remove('hook');
  await assert.rejects(service.get('hook'), { code: 'webhook_not_found' });
  await add(receiver.url);
});

it('sends elsewhere and other events from a change on, with the same secret, and no credentials to strangers', async (t) => {
  const { add, service, tell } = await start(t);
  const [old, fresh] = [await Receiver.start(t), await Receiver.start(t)];
  const secret = await added(add(old.url, { headers: { 'X-Token': 'sesame' } }));
  await tell('one');
  await until(() => old.got.length === 1);
  await assert.rejects(service.update('hook', { url: fresh.url }), { code: 'invalid_input' });
  await assert.rejects(service.update('hook', { allowPrivate: false }), { code: 'webhook_target_refused' });
  await assert.rejects(service.update('hook', { events: ['nothing.such'] }), { code: 'invalid_input' });
  await assert.rejects(service.update('hook', { app: 'nosuch' }), { code: 'app_not_found' });
  await assert.rejects(service.update('nosuch', { app: null }), { code: 'webhook_not_found' });
  assert.equal((await service.get('hook')).url, old.url);
  const same = await service.update('hook', { app: 'shop', url: `${old.url}/other` });
  assert.deepEqual([same.app, same.headerNames, same.events], ['shop', ['x-token'], ['*']]);
  const changed = await service.update('hook', { url: fresh.url, headers: {}, events: ['release.*'] });
  assert.deepEqual([changed.url, changed.headerNames, changed.app], [fresh.url, [], 'shop']);
  await tell('of another app', 'blog');
  await tell('two');
  await until(() => fresh.got.length === 1);
  assert.deepEqual([fresh.messages, old.messages], [['two'], ['one']]);
  assert.equal(fresh.got[0]?.headers['x-token'], undefined);
  verify(secret, fresh.got[0] ?? assert.fail());
  assert.equal((await service.update('hook', { app: null })).app, null);
});
