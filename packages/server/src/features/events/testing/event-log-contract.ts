import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Clock } from '../../../clock.ts';
import type { AppRecord } from '../../apps/app-store.ts';
import type { Role } from '@rig-ops/contract/access';
import type { Scope } from '../../access/decide.ts';
import { EVERY_EVENT, type EventLog, eventReachOf } from '../event-log.ts';

const plain = { network: null, user: null, details: {} };

const clock: Clock = { now: () => new Date('2026-01-02T03:04:05.678Z') };

/** What every EventLog does. `make` gives a fresh, empty one. */
export function eventLogContract(
  name: string,
  make: (clock: Clock, apps?: AppRecord[]) => Promise<EventLog>,
): void {
  describe(`${name} as an EventLog`, () => {
    it('numbers events and tells the newest first', async () => {
      const log = await make(clock);
      await log.append({ app: 'shop', kind: 'app.created', message: 'Created.' });
      await log.append({ app: null, kind: 'platform.started', message: 'Started.' });
      const at = '2026-01-02T03:04:05.678Z';
      assert.deepEqual(await log.list({}), {
        items: [
          { ...plain, id: 2, at, app: null, kind: 'platform.started', message: 'Started.' },
          { ...plain, id: 1, at, app: 'shop', kind: 'app.created', message: 'Created.' },
        ],
        nextCursor: null,
      });
    });

    it('tells what came behind an event, oldest first, and that something came', async () => {
      const log = await make(clock);
      const { signal } = new AbortController();
      const all = { platform: true, apps: { everywhere: true } } as const;
      assert.deepEqual(await log.range(), { oldest: 0, newest: 0 });
      const changed = log.changed(signal);
      for (let n = 1; n <= 4; n += 1) await log.append({ app: null, kind: 'app.created', message: `${n}` });
      await changed;
      assert.deepEqual(await log.range(), { oldest: 1, newest: 4 });
      const messages = (await log.behind(1, 2, all)).map(({ message }) => message);
      assert.deepEqual(messages, ['2', '3']);
      assert.deepEqual(await log.behind(4, 2, all), []);
      const none = {
        platform: false,
        apps: { everywhere: false, networks: new Set<string>(), apps: new Set<string>() },
      } as const;
      assert.deepEqual(await log.behind(0, 10, none), []);
    });

    it('pages without a repeat while new events come', async () => {
      const log = await make(clock);
      for (let n = 1; n <= 5; n += 1) await log.append({ app: null, kind: 'app.created', message: `${n}` });
      const first = await log.list({ limit: 2 });
      await log.append({ app: null, kind: 'app.created', message: '6' });
      const second = await log.list({ limit: 10, cursor: first.nextCursor ?? '' });
      const messages = [...first.items, ...second.items].map(({ message }) => message);
      assert.deepEqual(messages, ['5', '4', '3', '2', '1']);
    });

    it('tells what is within reach, and an app nothing of another that had its name', async () => {
      let now = '2026-01-02T00:00:00.000Z';
      const shop = { id: 'app_2', name: 'shop', network: 'inner', createdAt: '2026-01-03T00:00:00.000Z' };
      const log = await make({ now: () => new Date(now) }, [shop]);
      const append = (app: string | null, message: string) =>
        log.append({ app, kind: 'app.created', message });
      await append('shop', 'of the shop before');
      now = '2026-01-04T00:00:00.000Z';
      await append('shop', 'of the shop');
      await append('gone', 'of an app that is gone');
      await append(null, 'of the platform');
      const seen = async (platform: boolean, networks: string[], apps: string[]) => {
        const reach = { everywhere: false, networks: new Set(networks), apps: new Set(apps) } as const;
        const { items } = await log.list({}, { platform, apps: reach });
        return items.map(({ message }) => message);
      };
      assert.deepEqual(await seen(false, [], ['app_2']), ['of the shop']);
      assert.deepEqual(await seen(true, ['inner'], []), ['of the platform', 'of the shop']);
      assert.deepEqual(await seen(false, ['other'], ['app_1']), []);
      const all = await log.list({}, { platform: true, apps: { everywhere: true } });
      assert.equal(all.items.length, 4);
      const behind = await log.behind(0, 10, { platform: true, apps: { everywhere: true } });
      assert.deepEqual(behind.toReversed(), all.items, 'also of an app that is gone');
    });

    it('keeps who did it, in which network, and what programs need', async () => {
      const log = await make(clock, [
        { id: 'app_1', name: 'shop', network: 'inner', createdAt: '2026-01-01T00:00:00.000Z' },
      ]);
      const details = { release: 3, keys: ['A'] };
      await log.append({ app: 'shop', kind: 'release.live', message: 'm', user: 'ada', details });
      await log.append({ app: 'gone', network: 'outer', kind: 'app.destroyed', message: 'm' });
      const [gone, live] = (await log.list({})).items;
      assert.deepEqual([live?.network, live?.user, live?.details], ['inner', 'ada', details]);
      assert.deepEqual([gone?.network, gone?.user, gone?.details], ['outer', null, {}]);
    });

    it('tells what was made of an audit record once', async () => {
      const log = await make(clock);
      const event = { app: null, kind: 'user.created', message: 'm' } as const;
      for (const seq of [7, 7, 8]) await log.appendAudited(seq, '2026-01-01T00:00:00.000Z', event);
      const { items } = await log.list({});
      assert.deepEqual(
        items.map(({ at }) => at),
        ['2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'],
      );
    });

    it('shows kinds that take a verb of their own to who has it there', async () => {
      const shop = { id: 'app_1', name: 'shop', network: 'inner', createdAt: '2026-01-01T00:00:00.000Z' };
      const log = await make(clock, [shop]);
      await log.append({ app: 'shop', kind: 'session.started', message: 'session' });
      await log.append({ app: 'shop', kind: 'access.granted', message: 'grant at the app' });
      await log.append({ app: null, kind: 'access.granted', message: 'grant' });
      await log.append({ app: 'shop', kind: 'app.scaled', message: 'scale' });
      const seen = async (role: Role, scope: Scope) => {
        const caller = { userId: 'usr_1', kind: 'user', grants: [{ role, scope }] } as const;
        const reach = eventReachOf(caller);
        const { items } = await log.list({}, reach);
        assert.deepEqual(await log.behind(0, 10, reach), items.toReversed());
        return items.map(({ message }) => message);
      };
      const app = { kind: 'app', appId: 'app_1' } as const;
      assert.deepEqual(await seen('viewer', { kind: 'platform' }), ['scale']);
      assert.deepEqual(await seen('operator', app), ['scale', 'session']);
      assert.deepEqual(await seen('admin', app), ['scale', 'grant at the app', 'session']);
      assert.deepEqual(await seen('admin', { kind: 'platform' }), [
        'scale',
        'grant',
        'grant at the app',
        'session',
      ]);
      assert.equal((await log.behind(0, 10, EVERY_EVENT)).length, 4);
    });
  });
}
