import assert from 'node:assert/strict';
import { it } from 'node:test';
import { systemClock } from '../../clock.ts';
import { openDatabase } from '../../store/database.ts';
import { SqlAppStore } from '../apps/sql-app-store.ts';
import { SqlNetworkStore } from '../networks/sql-network-store.ts';
import { KEPT_EVENTS } from './event-log.ts';
import { SqlEventLog } from './sql-event-log.ts';
import { eventLogContract } from './testing/event-log-contract.ts';
import { FakeEventLog } from './testing/fake-event-log.ts';
import { networkOf } from '../networks/testing/network-of.ts';

eventLogContract('SqlEventLog', async (clock, apps = []) => {
  const db = await openDatabase(':memory:');
  for (const { network } of apps) await new SqlNetworkStore(db).create(networkOf(network));
  for (const app of apps) await new SqlAppStore(db).create(app);
  return new SqlEventLog(db, clock);
});
eventLogContract(
  'FakeEventLog',
  async (clock, apps = []) => new FakeEventLog(clock, (name) => apps.find((app) => app.name === name)),
);

it('SqlEventLog keeps the newest events only', async () => {
  const db = await openDatabase(':memory:');
  const log = new SqlEventLog(db, systemClock);
  const row = { at: '', app: null, kind: 'old', message: '' };
  for (let left = KEPT_EVENTS; left > 0; left -= 1_000) {
    const rows = Array.from({ length: Math.min(left, 1_000) }, () => row);
    await db.insertInto('events').values(rows).execute();
  }
  assert.deepEqual(await log.range(), { oldest: 1, newest: KEPT_EVENTS });
  await log.append({ app: null, kind: 'app.created', message: '' });
  assert.deepEqual(await log.range(), { oldest: 2, newest: KEPT_EVENTS + 1 });
  await db.destroy();
});
