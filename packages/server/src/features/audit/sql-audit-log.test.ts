import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { ChainVerifier } from '@rig-ops/contract/audit-chain';
import { systemClock } from '../../clock.ts';
import { openDatabase } from '../../store/database.ts';
import { MemoryLog } from '../../testing/memory-log.ts';
import { makeTemporaryFolder } from '../../testing/temporary-folder.ts';
import type { AuditQuery, NewAuditEvent } from './audit-log.ts';
import { openAuditTrail } from './audit-trail.ts';

const event: NewAuditEvent = {
  user: 'ann',
  action: 'app.create',
  target: 'app/shop',
  result: 'succeeded',
  errorCode: null,
  client: 'local',
  invocationId: 'inv-1',
  requestId: 'req_1',
  details: { to: 3 },
};

const start = async (t: TestContext) => {
  const db = await openDatabase(':memory:');
  const folder = await makeTemporaryFolder(t);
  const logger = new MemoryLog().logger;
  const trail = await openAuditTrail({ db, folder, clock: systemClock, logger, version: '1.2.3' });
  t.after(async () => {
    await trail.close();
    await db.destroy();
  });
  const users = async (query: AuditQuery) => (await trail.log.list(query)).items.map(({ user }) => user);
  return { db, trail, log: trail.log, users };
};

it('gives back what was recorded, newest first, page by page', async (t) => {
  const { log } = await start(t);
  for (const user of ['ann', 'bob', 'cat']) await log.append({ ...event, user });
  const first = await log.list({ limit: 2 });
  const { at: _at, ...newest } = first.items[0] ?? assert.fail();
  assert.deepEqual(newest, { ...event, id: 5, user: 'cat' });
  const second = await log.list({ limit: 2, cursor: first.nextCursor ?? assert.fail() });
  assert.deepEqual(
    second.items.map(({ user }) => user),
    ['ann', 'rigd'],
  );
  const last = await log.list({ cursor: second.nextCursor ?? assert.fail() });
  assert.deepEqual([last.items.map(({ action }) => action), last.nextCursor], [['audit.begin'], null]);
});

it('filters by who, what, to what, how it ended and when', async (t) => {
  const { log, users } = await start(t);
  await log.appendAt('2026-01-02T00:00:00.000Z', { ...event, user: 'ann', target: 'app/shop' });
  await log.appendAt('2026-01-03T00:00:00.000Z', {
    ...event,
    user: 'bob',
    target: 'app/shop-2',
    action: 'app.destroy',
  });
  await log.appendAt('2026-01-04T00:00:00.000Z', {
    ...event,
    user: 'cat',
    action: 'command.run',
    result: 'refused',
  });
  assert.deepEqual(await users({ user: 'ann' }), ['ann']);
  assert.deepEqual(await users({ action: 'app.*' }), ['bob', 'ann']);
  assert.deepEqual(await users({ action: 'app' }), []);
  assert.deepEqual(await users({ target: 'app/shop' }), ['cat', 'ann']);
  assert.deepEqual(await users({ target: 'app/shop*', action: '*' }), ['cat', 'bob', 'ann']);
  assert.deepEqual(await users({ result: 'refused' }), ['cat']);
  assert.deepEqual(await users({ since: '2026-01-03T01:00:00+01:00', until: '2026-01-04T00:00:00Z' }), [
    'bob',
  ]);
  assert.deepEqual(await users({ user: "x' or '1'='1" }), []);
  await assert.rejects(log.list({ since: 'soon' }), { code: 'invalid_input' });
  await assert.rejects(log.list({ cursor: 'x' }), { code: 'invalid_input' });
});

it('chains what is appended at the same time', async (t) => {
  const { log, trail } = await start(t);
  await Promise.all(Array.from({ length: 500 }, (_, to) => log.append({ ...event, details: { to } })));
  await trail.keeper.sign();
  const verifier = new ChainVerifier(trail.key.publicKey);
  for (const line of trail.checkpoints.lines) verifier.addCheckpoint(line);
  const records = await log.read(0, 1_000);
  for (const record of records) verifier.addRecord(record);
  const verdict = verifier.finish();
  assert.deepEqual([verdict.problems, verdict.records.count, verdict.unsigned], [[], 502, 0]);
  const order = records
    .slice(2)
    .map(({ record }) => (JSON.parse(record) as { details: { to: number } }).details.to);
  assert.deepEqual(
    order,
    [...order].toSorted((a, b) => a - b),
  );
});

it('does not let a record be changed', async (t) => {
  const { db, log } = await start(t);
  await log.append(event);
  await assert.rejects(db.updateTable('audit_records').set({ record: '{}' }).execute(), /do not change/);
});

it('records what no text of UTF-8 can say, and cuts what is too long', async (t) => {
  const { log } = await start(t);
  await log.append({
    ...event,
    target: 'app/\ud800',
    details: {
      a: '\udead',
      long: 'x'.repeat(5_000),
      list: Array.from({ length: 900 }, () => 'word'),
      n: Number.NaN,
    },
  });
  const [recorded] = (await log.list({ limit: 1 })).items;
  assert.equal(recorded?.target, 'app/\ufffd');
  assert.deepEqual(
    { ...recorded.details, list: (recorded.details.list as string[]).at(-1) },
    { a: '\ufffd', long: '… (5000 characters)', list: '… (900 in all)', n: null },
  );
});
