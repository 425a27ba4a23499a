import assert from 'node:assert/strict';
import { it } from 'node:test';
import { systemClock } from '../../clock.ts';
import { openDatabase } from '../../store/database.ts';
import { SqliteAuditLog } from './sqlite-audit-log.ts';

const event = {
  user: 'ann',
  action: 'app.create',
  target: 'app/shop',
  result: 'succeeded' as const,
  errorCode: null,
  client: 'local',
  invocationId: 'inv-1',
  requestId: 'req_1',
  details: { to: 3 },
};

it('gives back what was recorded, newest first, page by page', async () => {
  const db = await openDatabase(':memory:');
  const log = new SqliteAuditLog(db, systemClock);
  for (const user of ['ann', 'bob', 'cat']) await log.append({ ...event, user });
  const first = await log.list({ limit: 2 });
  const { at: _at, ...newest } = first.items[0] ?? assert.fail();
  assert.deepEqual(newest, { ...event, id: 3, user: 'cat' });
  const second = await log.list({ limit: 2, cursor: first.nextCursor ?? assert.fail() });
  assert.deepEqual(
    second.items.map(({ user }) => user),
    ['ann'],
  );
  assert.equal(second.nextCursor, null);
  await db.destroy();
});

it('does not let an event be changed', async () => {
  const db = await openDatabase(':memory:');
  await new SqliteAuditLog(db, systemClock).append(event);
  await assert.rejects(db.updateTable('audit_events').set({ user: 'eve' }).execute(), /do not change/);
  await db.destroy();
});
