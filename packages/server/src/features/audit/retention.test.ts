import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ChainVerifier } from '@rig-ops/contract/audit-chain';
import { openDatabase } from '../../store/database.ts';
import { MemoryLog } from '../../testing/memory-log.ts';
import { makeTemporaryFolder } from '../../testing/temporary-folder.ts';
import { openAuditTrail } from './audit-trail.ts';

const DAY_MS = 86_400_000;

it('removes old records up to a checkpoint, and the rest stays provable', async (t) => {
  const db = await openDatabase(':memory:');
  const folder = await makeTemporaryFolder(t);
  const clock = { at: Date.parse('2026-01-01T00:00:00.000Z'), now: () => new Date(clock.at) };
  const open = () => openAuditTrail({ db, folder, clock, logger: new MemoryLog().logger, version: '1' });
  let trail = await open();
  const append = async (count: number) => {
    for (let number = 0; number < count; number += 1) {
      await trail.log.append({
        user: 'ann',
        action: 'app.create',
        target: 'app/shop',
        result: 'succeeded',
        errorCode: null,
        client: 'local',
        invocationId: null,
        requestId: `req_${number}`,
        details: {},
      });
    }
  };
  const verify = async () => {
    const verifier = new ChainVerifier(trail.key.publicKey);
    for (const line of trail.checkpoints.lines) verifier.addCheckpoint(line);
    for (const record of await trail.log.read(0, 10_000)) verifier.addRecord(record);
    const { problems, records, prunedThrough } = verifier.finish();
    return { problems, first: records.first, prunedThrough };
  };
  await append(10);
  await trail.keeper.sign();
  await append(5);
  await trail.keeper.sign();
  clock.at += 500 * DAY_MS;
  await append(3);
  assert.deepEqual(await verify(), { problems: [], first: 1, prunedThrough: null });
  // What was signed last among what is too old: 2 + 10 + 5.
  assert.equal(await trail.retention.prune(), 17);
  assert.deepEqual(await verify(), { problems: [], first: 18, prunedThrough: 17 });
  assert.equal(await trail.retention.prune(), 0);

  // A kill between the statement and the removal is made good at the next start.
  await append(200);
  const through = await trail.keeper.sign();
  await append(1);
  await trail.keeper.signPrune(through);
  assert.deepEqual(await verify(), { problems: [], first: 18, prunedThrough: through });
  trail = await open();
  assert.deepEqual(trail.problems(), []);
  await trail.retention.start();
  assert.deepEqual(await verify(), { problems: [], first: through + 1, prunedThrough: through });

  // By number, and not what a drain has yet to send.
  let drained = 0;
  trail.retention.waitFor(() => drained);
  await append(150);
  await trail.keeper.sign();
  await append(101);
  await trail.keeper.sign();
  await trail.retention.change({ days: 400, records: 200 });
  await trail.retention.close();
  assert.deepEqual(await verify(), { problems: [], first: through + 1, prunedThrough: through });
  drained = Number.MAX_SAFE_INTEGER;
  assert.ok((await trail.retention.prune()) >= 0);
  await trail.retention.change({ days: 400, records: 101 });
  await trail.retention.close();
  const last = await verify();
  assert.deepEqual(last.problems, []);
  assert.ok((last.first ?? 0) > through + 100);
  await trail.close();
  await db.destroy();
});
