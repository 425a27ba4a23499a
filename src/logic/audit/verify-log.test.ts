import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import {
  chainRecord,
  encodePublicKey,
  fingerprintOf,
  hashOfCheckpoint,
  lineOfRecord,
  NO_HASH,
  signCheckpoint,
} from '@rig-ops/contract/audit-chain';
import { lineOfHeader } from './export-file.ts';
import { logOfFile, verifyLog } from './verify-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'rig-verify-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const at = '2026-01-02T03:04:05.678Z';

/** An export of so many records, signed after every third and at its end. */
function makeExport(count: number): string[] {
  const checkpoints: string[] = [];
  const records: string[] = [];
  let previous = NO_HASH;
  let genesis = '';
  for (let id = 1; id <= count; id += 1) {
    const details =
      id === 1 ? { format: 1, platform: 'plt_1', publicKey: encodePublicKey(publicKey) } : { to: id };
    const link = chainRecord(previous, {
      id,
      at,
      user: 'ann',
      action: id === 1 ? 'audit.begin' : 'app.create',
      target: `app/shop-${id}`,
      result: 'succeeded',
      errorCode: null,
      client: 'local',
      invocationId: null,
      requestId: `req_${id}`,
      details,
    });
    previous = link.hash;
    if (id === 1) genesis = link.hash;
    records.push(lineOfRecord(link));
    if (id % 3 !== 0 && id !== count) continue;
    const before = checkpoints.at(-1);
    checkpoints.push(
      signCheckpoint(
        {
          type: 'checkpoint',
          number: checkpoints.length + 1,
          previous: before === undefined ? NO_HASH : hashOfCheckpoint(before),
          platform: 'plt_1',
          genesis,
          at,
          seq: id,
          hash: link.hash,
        },
        privateKey,
      ),
    );
  }
  const header = lineOfHeader({
    type: 'rig-audit-export',
    version: 1,
    platform: 'plt_1',
    publicKey: encodePublicKey(publicKey),
    at,
  });
  return [header, ...checkpoints, ...records];
}

const write = (name: string, lines: readonly string[]): string => {
  const path = join(folder, name);
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
  return path;
};
const verify = async (lines: readonly string[], options: { pin?: string; against?: string } = {}) =>
  await verifyLog(await logOfFile(write('tested.ndjson', lines)), options);

const whole = makeExport(7);
const firstRecord = whole.findIndex((line) => line.startsWith('{"hash"'));

test('an export that nobody touched is intact, to the last record', async () => {
  const { intact, records, checkpoints, unsigned, platform } = await verify(whole);
  assert.deepEqual(
    { intact, records, checkpoints, unsigned, platform },
    {
      intact: true,
      records: { first: 1, last: 7, count: 7 },
      checkpoints: { count: 3, lastSeq: 7 },
      unsigned: 0,
      platform: 'plt_1',
    },
  );
});

test('every byte that is changed below the header is found', { timeout: 120_000 }, async () => {
  for (const [index, line] of whole.entries()) {
    if (index === 0) continue;
    for (let place = 0; place < line.length; place += 1) {
      const other = line[place] === '7' ? '8' : '7';
      const edited = whole.with(index, line.slice(0, place) + other + line.slice(place + 1));
      const { intact } = await verify(edited);
      assert.equal(intact, false, `line ${index + 1}, character ${place + 1}`);
    }
  }
});

test('a signature has one text only: other unused bits at its end are found too', async () => {
  const index = whole.findLastIndex((line) => line.startsWith('{"signature":'));
  const line = whole[index] ?? '';
  const end = line.indexOf('=="');
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  for (const character of alphabet) {
    if (character === line[end - 1]) continue;
    const edited = whole.with(index, line.slice(0, end - 1) + character + line.slice(end));
    assert.equal((await verify(edited)).intact, false, `ends with ${character}`);
  }
});

test('every line that is removed, repeated, swapped or cut off is found', async () => {
  for (let index = 1; index < whole.length; index += 1) {
    const edits = [
      whole.toSpliced(index, 1),
      whole.toSpliced(index, 0, whole[index] ?? ''),
      whole.slice(0, index),
      ...(index + 1 < whole.length
        ? [whole.toSpliced(index, 2, whole[index + 1] ?? '', whole[index] ?? '')]
        : []),
    ];
    for (const [number, edited] of edits.entries()) {
      // Without its last checkpoint a log is an older log; what is behind the last one left is counted.
      if (number === 0 && index === firstRecord - 1) {
        assert.equal((await verify(edited)).unsigned, 1);
        continue;
      }
      assert.equal((await verify(edited)).intact, false, `edit ${number} at line ${index + 1}`);
    }
  }
});

test('what was cut off together with its checkpoints is found by an earlier export', async () => {
  const shorter = makeExport(3);
  assert.equal((await verify(shorter)).intact, true);
  const against = write('earlier.ndjson', whole);
  const { problems, witnesses } = await verify(shorter, { against });
  assert.deepEqual([problems.map(({ kind }) => kind), witnesses], [['tail_missing'], 3]);
  assert.equal((await verify(whole, { against: write('earlier.ndjson', shorter) })).intact, true);
});

test('is held against a key one knows', async () => {
  const fingerprint = fingerprintOf(publicKey);
  assert.deepEqual((await verify(whole, { pin: fingerprint })).key, { fingerprint, pinned: true });
  const file = join(folder, 'key.pem');
  writeFileSync(file, publicKey.export({ type: 'spki', format: 'pem' }));
  assert.equal((await verify(whole, { pin: file })).key.pinned, true);
  writeFileSync(file, generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }));
  await assert.rejects(verify(whole, { pin: file }), { code: 'audit_key_mismatch' });
  await assert.rejects(verify(whole, { pin: 'SHA256:x' }), { code: 'audit_key_mismatch' });
  await assert.rejects(verify(whole, { pin: join(folder, 'none') }), { code: 'config_unreadable' });
  writeFileSync(file, 'no key');
  await assert.rejects(verify(whole, { pin: file }), { code: 'invalid_input' });
});

test('what is no export is refused', async () => {
  for (const lines of [[], ['{}'], ['text'], ['{"type":"rig-audit-export","version":2}'], ['null']])
    await assert.rejects(verify(lines), { code: 'invalid_input' });
  await assert.rejects(logOfFile(join(folder, 'none')), { code: 'config_unreadable' });
  await assert.rejects(logOfFile(folder), { code: 'config_unreadable' });
});
