import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../clock.ts';
import { openDatabase } from '../../store/database.ts';
import { MemoryLog } from '../../testing/memory-log.ts';
import { SqlAuditLog } from '../audit/sql-audit-log.ts';
import { AuditedEvents } from './audited-events.ts';
import { SqlEventLog } from './sql-event-log.ts';

test('each record is told once: none from before it first ran, none twice after a kill, none lost over a pause', async (t) => {
  const db = await openDatabase(':memory:');
  const audit = await SqlAuditLog.open(db, systemClock);
  const events = new SqlEventLog(db, systemClock);
  let position: number | undefined;
  const running: AuditedEvents[] = [];
  t.after(async () => {
    await Promise.all(running.map((each) => each.stop()));
    await db.destroy();
  });
  const begin = async () => {
    const told = new AuditedEvents({
      audit,
      events,
      readPosition: async () => position,
      savePosition: async (seq) => {
        position = seq;
      },
      log: new MemoryLog().logger,
    });
    running.push(told);
    await told.start();
    return told;
  };
  const append = (name: string) =>
    audit.append({
      user: 'ada',
      action: 'user.create',
      target: `user/${name}`,
      result: 'succeeded',
      errorCode: null,
      client: 'local',
      invocationId: null,
      requestId: 'req_1',
      details: {},
    });
  const names = async () => (await events.list({})).items.map(({ details }) => details.user).toReversed();
  const untilTold = async (count: number) => {
    const { signal } = new AbortController();
    for (;;) {
      const changed = events.changed(signal);
      if ((await names()).length >= count) return;
      await changed;
    }
  };

  await append('before');
  const first = await begin();
  await append('one');
  await untilTold(1);
  await first.stop();
  await append('two');
  // As if it had been killed between the events and the position.
  position = 1;
  await begin();
  await append('three');
  await untilTold(3);
  assert.deepEqual(await names(), ['one', 'two', 'three']);
});
