import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, test } from 'node:test';
import type { AuditEvent } from '../resources/audit.ts';
import { type ChainedRecord, chainRecord, NO_HASH } from './chained-record.ts';
import { ChainVerifier } from './chain-verifier.ts';
import { type CheckpointStatement, encodePublicKey, hashOfCheckpoint, signCheckpoint } from './checkpoint.ts';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');

const eventOf = (id: number, more: Partial<AuditEvent> = {}): AuditEvent => ({
  id,
  at: `2026-01-02T03:04:${String(id).padStart(2, '0')}.000Z`,
  user: 'ann',
  action: 'app.create',
  target: 'app/shop',
  result: 'succeeded',
  errorCode: null,
  client: 'local',
  invocationId: 'inv-1',
  requestId: `req_${id}`,
  details: id === 1 ? { format: 1, platform: 'plt_1', publicKey: encodePublicKey(publicKey) } : { to: id },
  ...more,
});

function chain(events: readonly AuditEvent[], previous = NO_HASH): ChainedRecord[] {
  return events.map((event) => {
    const link = chainRecord(previous, event);
    previous = link.hash;
    return link;
  });
}

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);
/** 9 records, signed at 4 and 7. */
const records = chain(numbers(1, 9).map((id) => eventOf(id)));
const at = (seq: number) => records[seq - 1] ?? assert.fail();

function checkpoints(
  places: readonly (readonly [seq: number, type?: CheckpointStatement['type']])[],
  key: KeyObject = privateKey,
): string[] {
  let previous = NO_HASH;
  return places.map(([seq, type = 'checkpoint'], index) => {
    const line = signCheckpoint(
      {
        type,
        number: index + 1,
        previous,
        platform: 'plt_1',
        genesis: at(1).hash,
        at: '2026-01-02T03:05:00.000Z',
        seq,
        hash: at(seq).hash,
      },
      key,
    );
    previous = hashOfCheckpoint(line);
    return line;
  });
}
const signed = checkpoints([[4], [7]]);

function verify(
  links: readonly ChainedRecord[],
  lines: readonly string[] = signed,
  witnesses: string[] = [],
) {
  const verifier = new ChainVerifier(publicKey);
  for (const line of lines) verifier.addCheckpoint(line);
  for (const line of witnesses) verifier.addWitness(line);
  for (const link of links) verifier.addRecord(link);
  return verifier.finish();
}
const found = (...input: Parameters<typeof verify>) =>
  verify(...input).problems.map(({ kind, seq }) => `${kind} ${seq ?? '-'}`);

describe('a chain', () => {
  test('that nobody touched is intact, and what is not signed yet is counted', () => {
    assert.deepEqual(verify(records), {
      intact: true,
      platform: 'plt_1',
      records: { first: 1, last: 9, count: 9 },
      checkpoints: { count: 2, lastSeq: 7 },
      unsigned: 2,
      prunedThrough: null,
      problems: [],
    });
    assert.equal(verify(records.slice(0, 7)).unsigned, 0);
    assert.equal(verify(records, []).unsigned, 9);
  });

  test('tells where one record was altered, in any of its fields', () => {
    for (const seq of numbers(1, 9)) {
      const event = eventOf(seq);
      for (const field of Object.keys(event) as (keyof AuditEvent)[]) {
        if (field === 'id') continue;
        const altered = { ...event, [field]: field === 'details' ? { to: 99 } : 'x' };
        const links = records.with(seq - 1, { ...at(seq), record: chainRecord(NO_HASH, altered).record });
        assert.ok(found(links).includes(`altered ${seq}`), `${field} of ${seq}: ${found(links).join()}`);
      }
      const spaced = records.with(seq - 1, { ...at(seq), record: at(seq).record.replace(':', ': ') });
      assert.ok(found(spaced).includes(`unreadable ${seq}`));
      assert.ok(
        found(records.with(seq - 1, { ...at(seq), hash: at(10 - seq === seq ? 1 : 10 - seq).hash })).length >
          0,
      );
    }
  });

  test('tells a record with a hash of its own by the next, and a whole rewritten tail by the checkpoint', () => {
    const forged = chainRecord(at(2).hash, eventOf(3, { user: 'eve' }));
    assert.deepEqual(found(records.with(2, forged)), ['altered 4']);
    const rewritten = [
      ...records.slice(0, 2),
      forged,
      ...chain(
        numbers(4, 9).map((id) => eventOf(id)),
        forged.hash,
      ),
    ];
    assert.deepEqual(found(rewritten), ['rewritten 4', 'rewritten 7']);
  });

  test('tells what was removed, inserted, repeated and swapped', () => {
    for (const seq of numbers(2, 8)) {
      assert.deepEqual(found(records.toSpliced(seq - 1, 1)).slice(0, 1), [`missing ${seq}`]);
      assert.deepEqual(found(records.toSpliced(seq - 1, 2, at(seq + 1), at(seq))).slice(0, 1), [
        `missing ${seq}`,
      ]);
      assert.deepEqual(found(records.toSpliced(seq, 0, at(seq))).slice(0, 1), [`out_of_order ${seq}`]);
    }
    assert.deepEqual(found(records.slice(1)).slice(0, 1), ['missing 1']);
  });

  test('tells a tail that a checkpoint covers, and cannot tell one that none does', () => {
    for (const kept of numbers(0, 6))
      assert.deepEqual(found(records.slice(0, kept)), [`tail_missing ${kept + 1}`]);
    for (const kept of [7, 8]) assert.deepEqual(found(records.slice(0, kept)), []);
    assert.deepEqual(found(records.slice(0, 3), [], signed), ['tail_missing 4']);
  });
});

describe('the checkpoints', () => {
  test('of another key, altered ones, and holes between them are told', () => {
    const { privateKey: other } = generateKeyPairSync('ed25519');
    assert.deepEqual(found(records, checkpoints([[4], [7]], other)), [
      'checkpoint_forged 4',
      'checkpoint_forged 7',
    ]);
    assert.deepEqual(found(records, [signed[0] ?? '', (signed[1] ?? '').replace('"seq":7', '"seq":8')]), [
      'checkpoint_forged 8',
    ]);
    assert.deepEqual(found(records, ['no checkpoint']), ['checkpoint_forged -']);
    const three = checkpoints([[2], [4], [7]]);
    assert.deepEqual(found(records, three.toSpliced(1, 1)), ['checkpoint_missing -']);
    assert.deepEqual(found(records, three.slice(1)), ['checkpoint_missing -']);
    assert.deepEqual(found(records, three.toSpliced(0, 2, three[1] ?? '', three[0] ?? '')).slice(0, 1), [
      'checkpoint_missing -',
    ]);
  });

  test('cut off at the end are missed by a record that speaks of them', () => {
    const speaks = chain([eventOf(10, { action: 'audit.open', details: { checkpoint: 2 } })], at(9).hash);
    assert.deepEqual(found([...records, ...speaks]), []);
    assert.deepEqual(found([...records, ...speaks], signed.slice(0, 1)), ['checkpoint_missing -']);
  });

  test('of another log are told', () => {
    const foreign = chain(numbers(1, 9).map((id) => eventOf(id, { user: 'eve' })));
    assert.ok(found(foreign).includes('rewritten 1'));
    assert.ok(found(foreign).includes('rewritten 4'));
  });

  test('prove a chain whose beginning was pruned, and nothing shorter', () => {
    const pruned = checkpoints([[4], [7], [4, 'prune']]);
    assert.deepEqual(found(records.slice(4), pruned), []);
    assert.equal(verify(records.slice(4), pruned).prunedThrough, 4);
    // Before the records were removed, after the checkpoints before the prune were.
    assert.deepEqual(found(records, pruned), []);
    assert.deepEqual(found(records.slice(5), pruned), ['missing 5']);
    assert.deepEqual(found(records.slice(4), signed).slice(0, 1), ['missing 1']);
    const longer = checkpoints([[2], [4], [7], [4, 'prune'], [9]]);
    assert.deepEqual(found(records.slice(4), longer.slice(1)), []);
    assert.deepEqual(found(records.slice(4), longer.slice(2)), ['checkpoint_missing -']);
  });
});
