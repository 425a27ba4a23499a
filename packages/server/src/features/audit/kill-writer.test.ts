import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { it } from 'node:test';
import { ChainVerifier, decodePublicKey, encodePublicKey } from '@rig-ops/contract/audit-chain';
import { systemClock } from '../../clock.ts';
import { openDatabase } from '../../store/database.ts';
import { MemoryLog } from '../../testing/memory-log.ts';
import { makeTemporaryFolder } from '../../testing/temporary-folder.ts';
import { openAuditTrail } from './audit-trail.ts';

const ROUNDS = 6;

it('leaves a valid chain with all that was acknowledged, wherever it is killed', {
  timeout: 120_000,
}, async (t) => {
  const folder = await makeTemporaryFolder(t);
  const acknowledged = new Set<string>();
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const requestId of await killAfter(folder, 3 + round * 41)) acknowledged.add(requestId);
  }
  const db = await openDatabase(join(folder, 'rigd.sqlite'), { exclusive: true });
  const log = new MemoryLog();
  const trail = await openAuditTrail({ db, folder, clock: systemClock, logger: log.logger, version: '1' });
  assert.deepEqual(trail.problems(), []);
  const verifier = new ChainVerifier(decodePublicKey(encodePublicKey(trail.key.publicKey)));
  for (const line of trail.checkpoints.lines) verifier.addCheckpoint(line);
  for (const record of await trail.log.read(0, 1_000_000)) {
    verifier.addRecord(record);
    acknowledged.delete((JSON.parse(record.record) as { requestId: string }).requestId);
  }
  assert.deepEqual(verifier.finish().problems, []);
  assert.equal(acknowledged.size, 0);
  await trail.close();
  await db.destroy();
});

/** @returns what a writer said was written before it was killed behind its `count`th word */
async function killAfter(folder: string, count: number): Promise<string[]> {
  const program = join(import.meta.dirname, 'testing/append-main.ts');
  const writer = spawn(process.execPath, ['--conditions=rig-source', program, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  writer.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (said.split('\n').length > count) writer.kill('SIGKILL');
  });
  await once(writer, 'close');
  assert.ok(said !== '');
  return said.split('\n').slice(0, -1);
}
