import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import test from 'node:test';
import {
  type ChainedRecord,
  type CheckpointStatement,
  chainRecord,
  encodePublicKey,
  NO_HASH,
  signCheckpoint,
} from '@rig-ops/contract/audit-chain';
import type { AuditEvent } from '@rig-ops/contract/resources';
import { ChainChecker } from './check-chain.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');

const chain: ChainedRecord[] = [];
for (let id = 1; id <= 4; id += 1)
  chain.push(chainRecord(chain.at(-1)?.hash ?? NO_HASH, { id, action: 'app.create' } as AuditEvent));

const statement = (seq: number, changes: Partial<CheckpointStatement> = {}): CheckpointStatement => ({
  type: 'checkpoint',
  number: 1,
  previous: NO_HASH,
  platform: 'p',
  genesis: chain[0]?.hash ?? '',
  at: '2026-01-01T00:00:00Z',
  seq,
  hash: chain[seq - 1]?.hash ?? '',
  ...changes,
});

async function check(records: readonly ChainedRecord[], statements: readonly CheckpointStatement[] = []) {
  const checker = new ChainChecker();
  await checker.addCheckpoints(
    statements.map((each) => signCheckpoint(each, privateKey)),
    encodePublicKey(publicKey),
  );
  await checker.addRecords(records);
  return checker.finish();
}

test('a chain that the platform made is whole', async () => {
  assert.deepEqual(await check(chain, [statement(3)]), { state: 'whole', records: 4, signed: 3 });
});

test('a record that was changed, taken out or cut off is found', async () => {
  const [first, second, third, fourth] = chain as [
    ChainedRecord,
    ChainedRecord,
    ChainedRecord,
    ChainedRecord,
  ];
  const changed = { ...second, record: second.record.replace('create', 'destro') };
  assert.deepEqual(await check([first, changed, third]), {
    state: 'broken',
    at: 2,
    why: 'Its hash does not follow from its text and the record before it.',
  });
  assert.match(JSON.stringify(await check([first, third, fourth])), /"at":3.*missing/);
  assert.match(JSON.stringify(await check([first, second], [statement(4)])), /"at":3.*not there/);
});

test('a chain that was made anew does not agree with what was signed', async () => {
  const anew = chainRecord(NO_HASH, { id: 1, action: 'app.destroy' } as AuditEvent);
  assert.match(JSON.stringify(await check([anew], [statement(1)])), /"at":1.*another hash/);
});

test('it may begin later only behind a signed removal', async () => {
  assert.match(JSON.stringify(await check(chain.slice(2))), /"at":3.*gone/);
  assert.deepEqual(await check(chain.slice(2), [statement(2, { type: 'prune' })]), {
    state: 'whole',
    records: 2,
    signed: 0,
  });
});

test('a checkpoint of another key is none', async () => {
  const checker = new ChainChecker();
  const other = generateKeyPairSync('ed25519').privateKey;
  await checker.addCheckpoints([signCheckpoint(statement(1), other)], encodePublicKey(publicKey));
  assert.equal(checker.finish().state, 'broken');
});
