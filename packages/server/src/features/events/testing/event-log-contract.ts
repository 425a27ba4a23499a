import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Clock } from '../../../clock.ts';
import type { EventLog } from '../event-log.ts';

const clock: Clock = { now: () => new Date('2026-01-02T03:04:05.678Z') };

/** What every EventLog does. `make` gives a fresh, empty one. */
export function eventLogContract(name: string, make: (clock: Clock) => Promise<EventLog>): void {
  describe(`${name} as an EventLog`, () => {
    it('numbers events and tells the newest first', async () => {
      const log = await make(clock);
      await log.append({ app: 'shop', kind: 'app.created', message: 'Created.' });
      await log.append({ app: null, kind: 'platform.started', message: 'Started.' });
      const at = '2026-01-02T03:04:05.678Z';
      assert.deepEqual(await log.list({}), {
        items: [
          { id: 2, at, app: null, kind: 'platform.started', message: 'Started.' },
          { id: 1, at, app: 'shop', kind: 'app.created', message: 'Created.' },
        ],
        nextCursor: null,
      });
    });

    it('pages without a repeat while new events come', async () => {
      const log = await make(clock);
      for (let n = 1; n <= 5; n += 1) await log.append({ app: null, kind: 'test', message: `${n}` });
      const first = await log.list({ limit: 2 });
      await log.append({ app: null, kind: 'test', message: '6' });
      const second = await log.list({ limit: 10, cursor: first.nextCursor ?? '' });
      const messages = [...first.items, ...second.items].map(({ message }) => message);
      assert.deepEqual(messages, ['5', '4', '3', '2', '1']);
    });
  });
}
