import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  KEPT_ATTEMPTS,
  KEPT_DELIVERIES,
  type NewDelivery,
  type StoredWebhook,
  type WebhookStore,
} from '../webhook-store.ts';

const at = (minute: number): string => new Date(Date.UTC(2026, 0, 2, 3, minute)).toISOString();

const webhookOf = (name: string): StoredWebhook => ({
  id: `whk_${name}`,
  name,
  url: 'https://hooks.example.com/rig',
  events: ['release.*'],
  app: 'shop',
  network: null,
  headers: 'k_1.sealed',
  headerNames: ['authorization'],
  ca: undefined,
  allowPrivate: false,
  secrets: [{ id: 'sec_1', sealed: 'k_1.secret', createdAt: at(0), expiresAt: null }],
  state: 'active',
  reason: null,
  position: 7,
  missed: 0,
  failures: 0,
  failingSince: null,
  lastError: null,
  lastSuccessAt: null,
  createdAt: at(0),
  createdBy: 'ada',
});

const deliveryOf = (n: number, event: number | null = n): NewDelivery => ({
  id: `msg_${n}`,
  event,
  type: event === null ? 'webhook.test' : 'release.live',
  payload: `{"n":${n}}`,
  createdAt: at(n % 60),
});

const attempt = {
  at: at(1),
  cause: 'event',
  durationMs: 12,
  status: 500,
  error: 'e',
  response: 'r',
} as const;

/** What every WebhookStore does. `make` gives a fresh, empty one. */
export function webhookStoreContract(name: string, make: () => Promise<WebhookStore>): void {
  describe(`${name} as a WebhookStore`, () => {
    it('gives back webhooks by name as they were changed, no two of one name, and nothing of what was removed', async () => {
      const store = await make();
      await store.add(webhookOf('two'));
      await store.add(webhookOf('one'));
      const { url: _, ...rest } = webhookOf('two');
      const target = { ...rest, url: 'https://elsewhere.example.com/', events: ['*'], app: null, ca: 'PEM' };
      await store.aim('whk_two', {
        ...target,
        network: 'inner',
        headers: 'k',
        headerNames: [],
        allowPrivate: true,
      });
      const aimed = (await store.list()).find(({ id }) => id === 'whk_two');
      assert.deepEqual(aimed, {
        ...webhookOf('two'),
        ...target,
        network: 'inner',
        headers: 'k',
        headerNames: [],
        allowPrivate: true,
      });
      const { events, app, network, headers, headerNames, ca, allowPrivate, url } = webhookOf('two');
      await store.aim('whk_two', { events, app, network, headers, headerNames, ca, allowPrivate, url });
      await assert.rejects(store.add({ ...webhookOf('one'), id: 'whk_x' }), { code: 'webhook_exists' });
      const change = {
        state: 'disabled',
        reason: 'gone',
        secrets: [],
        position: 9,
        missed: 2,
        failures: 4,
        failingSince: at(3),
        lastError: 'answered HTTP 500',
        lastSuccessAt: at(2),
      } as const;
      await store.change('whk_one', change);
      await store.change('whk_one', {});
      await store.change('whk_unknown', { failures: 1 });
      assert.deepEqual(await store.list(), [{ ...webhookOf('one'), ...change }, webhookOf('two')]);
      await store.takeUp('whk_one', {}, [deliveryOf(1)]);
      await store.remove('whk_one');
      await store.takeUp('whk_one', { position: 12 }, [deliveryOf(2)]);
      await store.addEnded('whk_one', deliveryOf(3, null));
      assert.deepEqual(await store.list(), [webhookOf('two')]);
      await assert.rejects(store.delivery('whk_one', 'msg_1'), { code: 'webhook_delivery_not_found' });
    });

    it('takes an event up once, and gives out first what is due first', async () => {
      const store = await make();
      await store.add(webhookOf('one'));
      await store.takeUp('whk_one', { position: 3 }, [deliveryOf(1), deliveryOf(2), deliveryOf(3)]);
      await store.takeUp('whk_one', { position: 4 }, [{ ...deliveryOf(3), id: 'msg_again' }, deliveryOf(4)]);
      assert.equal((await store.list())[0]?.position, 4);
      assert.deepEqual(await store.counts('whk_one'), { waiting: 4, failed: 0 });
      const next = await store.nextDue('whk_one');
      assert.deepEqual(next, {
        ...deliveryOf(1),
        seq: 1,
        state: 'waiting',
        tries: 0,
        dueAt: at(1),
        endedAt: null,
      });
      const outcome = { delivery: 'msg_1', attempt, standing: { failures: 1, lastError: 'e' } };
      await store.record('whk_one', { ...outcome, change: { tries: 1, dueAt: at(50) } });
      assert.equal((await store.nextDue('whk_one'))?.id, 'msg_2');
      assert.equal((await store.list())[0]?.failures, 1);
      await store.record('whk_one', {
        ...outcome,
        delivery: 'msg_2',
        change: { state: 'delivered', dueAt: null, endedAt: at(9) },
      });
      assert.equal((await store.nextDue('whk_one'))?.id, 'msg_3');
      assert.deepEqual(await store.counts('whk_one'), { waiting: 3, failed: 0 });
    });

    it('pages deliveries, the newest first, with how the last attempt went', async () => {
      const store = await make();
      await store.add(webhookOf('one'));
      await store.takeUp(
        'whk_one',
        {},
        [1, 2, 3, 4, 5].map((n) => deliveryOf(n)),
      );
      for (const status of [500, 200]) {
        const change = status === 200 ? ({ state: 'delivered' } as const) : {};
        await store.record('whk_one', {
          delivery: 'msg_4',
          attempt: { ...attempt, status, error: null },
          change,
          standing: {},
        });
      }
      const first = await store.deliveries('whk_one', { limit: 2 });
      const rest = await store.deliveries('whk_one', { limit: 10, cursor: first.nextCursor ?? '' });
      assert.deepEqual(
        [...first.items, ...rest.items].map(({ id }) => id),
        ['msg_5', 'msg_4', 'msg_3', 'msg_2', 'msg_1'],
      );
      const { attempts, last } = await store.delivery('whk_one', 'msg_4');
      assert.deepEqual([attempts, last], [2, { status: 200, durationMs: 12, error: null }]);
      const numbers = (await store.attempts('msg_4')).map(({ number, status }) => [number, status]);
      assert.deepEqual(numbers, [
        [1, 500],
        [2, 200],
      ]);
      const delivered = await store.deliveries('whk_one', { state: 'delivered' });
      assert.deepEqual(
        delivered.items.map(({ id }) => id),
        ['msg_4'],
      );
      await assert.rejects(store.delivery('whk_two', 'msg_4'), { code: 'webhook_delivery_not_found' });
    });

    it('begins anew with events that failed or wait, and gives up what waits; tests are neither', async () => {
      const store = await make();
      await store.add(webhookOf('one'));
      await store.takeUp(
        'whk_one',
        {},
        [1, 2, 3].map((n) => deliveryOf(n)),
      );
      await store.addEnded('whk_one', deliveryOf(4, null));
      await store.addEnded('whk_one', deliveryOf(5, null));
      for (const [delivery, state] of [
        ['msg_1', 'failed'],
        ['msg_2', 'delivered'],
      ] as const)
        await store.record('whk_one', { delivery, attempt, change: { state, tries: 8 }, standing: {} });
      assert.deepEqual(await store.counts('whk_one'), { waiting: 1, failed: 1 });
      assert.equal(await store.beginAnew('whk_one', at(40)), 2);
      const begun = await store.delivery('whk_one', 'msg_1');
      assert.deepEqual([begun.state, begun.tries, begun.dueAt, begun.endedAt], ['waiting', 0, at(40), null]);
      assert.equal((await store.delivery('whk_one', 'msg_4')).state, 'failed');
      await store.giveUp('whk_one', at(41));
      assert.deepEqual(await store.counts('whk_one'), { waiting: 0, failed: 2 });
      assert.equal(await store.nextDue('whk_one'), undefined);
    });

    it('keeps the newest attempts of a delivery, and the newest deliveries that have ended', async () => {
      const store = await make();
      await store.add(webhookOf('one'));
      const count = KEPT_DELIVERIES + 2;
      await store.takeUp(
        'whk_one',
        {},
        Array.from({ length: count }, (_, index) => deliveryOf(index + 1)),
      );
      const end = { change: { state: 'failed' }, standing: {} } as const;
      await store.record('whk_one', { delivery: 'msg_2', attempt, ...end });
      await assert.rejects(store.delivery('whk_one', 'msg_2'), { code: 'webhook_delivery_not_found' });
      assert.equal((await store.delivery('whk_one', 'msg_1')).state, 'waiting', 'whatever waits is kept');
      for (let n = 0; n < KEPT_ATTEMPTS + 5; n += 1)
        await store.record('whk_one', { delivery: 'msg_9', attempt, ...end });
      const numbers = (await store.attempts('msg_9')).map(({ number }) => number);
      assert.deepEqual([numbers.length, numbers.at(-1)], [KEPT_ATTEMPTS, KEPT_ATTEMPTS + 5]);
    });
  });
}
