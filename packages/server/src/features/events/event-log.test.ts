import assert from 'node:assert/strict';
import { it } from 'node:test';
import { systemClock } from '../../clock.ts';
import { openDatabase } from '../../store/database.ts';
import { SqliteAppStore } from '../apps/sqlite-app-store.ts';
import { SqliteNetworkStore } from '../networks/sqlite-network-store.ts';
import { KEPT_EVENTS } from './event-log.ts';
import { SqliteEventLog } from './sqlite-event-log.ts';
import { eventLogContract } from './testing/event-log-contract.ts';
import { FakeEventLog } from './testing/fake-event-log.ts';

eventLogContract('SqliteEventLog', async (clock, apps = []) => {
  const db = await openDatabase(':memory:');
  for (const { network } of apps)
    await new SqliteNetworkStore(db).create({ name: network, createdAt: '', createdBy: null });
  for (const app of apps) await new SqliteAppStore(db).create(app);
  return new SqliteEventLog(db, clock);
});
eventLogContract(
  'FakeEventLog',
  async (clock, apps = []) => new FakeEventLog(clock, (name) => apps.find((app) => app.name === name)),
);

it('SqliteEventLog keeps the newest events only', async () => {
  const db = await openDatabase(':memory:');
  const log = new SqliteEventLog(db, systemClock);
  await db.insertInto('events').values({ id: 1, at: '', app: null, kind: 'old', message: '' }).execute();
  await db
    .insertInto('events')
    .values({ id: KEPT_EVENTS, at: '', app: null, kind: 'newer', message: '' })
    .execute();
  await log.append({ app: null, kind: 'newest', message: '' });
  assert.deepEqual(
    (await log.list({})).items.map(({ kind }) => kind),
    ['newest', 'newer'],
  );
  await db.destroy();
});
