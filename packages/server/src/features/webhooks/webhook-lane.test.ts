import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { systemClock } from '../../clock.ts';
import { systemPause } from '../../pause.ts';
import { MemoryLog } from '../../testing/memory-log.ts';
import { waitUntil } from '../../testing/wait-until.ts';
import { KEPT_EVENTS } from '../events/event-log.ts';
import { FakeEventLog } from '../events/testing/fake-event-log.ts';
import { FakeWebhookStore } from './testing/fake-webhook-store.ts';
import { MOST_WAITING, WebhookLane } from './webhook-lane.ts';
import type { StoredWebhook } from './webhook-store.ts';

const webhook: StoredWebhook = {
  id: 'whk_1',
  name: 'hook',
  url: 'https://hooks.example.com/',
  events: ['app.*'],
  app: null,
  network: null,
  headers: '',
  headerNames: [],
  ca: undefined,
  allowPrivate: false,
  secrets: [],
  state: 'active',
  reason: null,
  position: 0,
  missed: 0,
  failures: 0,
  failingSince: null,
  lastError: null,
  lastSuccessAt: null,
  createdAt: '2026-01-02T03:04:05.678Z',
  createdBy: 'ada',
};

async function start(t: TestContext, events: FakeEventLog) {
  const store = new FakeWebhookStore();
  await store.add(webhook);
  const sent: number[] = [];
  const answers = Promise.withResolvers<void>();
  const lane = new WebhookLane(webhook, {
    store,
    events,
    async send(_webhook, { event }, signal) {
      await Promise.race([
        answers.promise,
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
        }),
      ]);
      sent.push(event ?? 0);
      return { status: 200, error: null, response: null, retryAfter: null };
    },
    platform: 'plt_1',
    clock: systemClock,
    pause: systemPause,
    log: new MemoryLog().logger,
  });
  t.after(() => lane.stop());
  lane.start();
  return { store, lane, sent, answerAll: () => answers.resolve() };
}

it('has a queue that ends: what does not fit waits in the log, and is sent in its turn', async (t) => {
  const events = new FakeEventLog(systemClock);
  const count = MOST_WAITING + 30;
  for (let n = 0; n < count; n += 1) await events.append({ app: null, kind: 'app.created', message: '' });
  const { answerAll, sent, store } = await start(t, events);
  await waitUntil(async () => (await store.counts('whk_1')).waiting > 0, 'what the lane does');
  assert.ok((await store.counts('whk_1')).waiting <= MOST_WAITING);
  answerAll();
  await waitUntil(() => sent.length === count, 'what the lane does');
  assert.deepEqual(
    sent,
    sent.map((_, index) => index + 1),
  );
});

it('counts what was gone from the log before it was sent', async (t) => {
  const events = new FakeEventLog(systemClock);
  for (let n = 0; n < KEPT_EVENTS + 12; n += 1)
    await events.append({ app: null, kind: n < 20 ? 'app.created' : 'network.created', message: '' });
  const { answerAll, lane, sent } = await start(t, events);
  answerAll();
  await waitUntil(() => sent.length === 8, 'what the lane does');
  assert.equal(lane.webhook.missed, 12);
});
