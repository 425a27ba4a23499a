import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it, type TestContext } from 'node:test';
import { chainRecord, ChainVerifier } from '@rig-ops/contract/audit-chain';
import type { AuditEvent } from '@rig-ops/contract/resources';
import { systemClock } from '../../clock.ts';
import { openDatabase } from '../../store/database.ts';
import { MemoryLog } from '../../testing/memory-log.ts';
import { makeTemporaryFolder } from '../../testing/temporary-folder.ts';
import { type AuditTrail, openAuditTrail } from './audit-trail.ts';

const RECORDS = 9;

/** Opens the log of a folder, and closes it in order. */
async function using<T>(folder: string, work: (trail: AuditTrail) => Promise<T>): Promise<T> {
  const db = await openDatabase(join(folder, 'rigd.sqlite'), { exclusive: true });
  const { logger } = new MemoryLog();
  const trail = await openAuditTrail({ db, folder, clock: systemClock, logger, version: '1' });
  try {
    return await work(trail);
  } finally {
    await trail.close();
    await db.destroy();
  }
}

/** Reads what is there without rigd, which would go on with it. */
async function verify(folder: string) {
  const verifier = new ChainVerifier(createPublicKey(await readFile(join(folder, 'key.pem'))));
  const checkpoints = await readFile(join(folder, 'checkpoints.ndjson'), 'utf8');
  for (const line of checkpoints.split('\n').slice(0, -1)) verifier.addCheckpoint(line);
  const db = new DatabaseSync(join(folder, 'rigd.sqlite'));
  for (const row of rowsOf(db)) verifier.addRecord(row);
  db.close();
  return verifier.finish();
}

/** A log of nine records, signed at its end, and copies of it to be tampered with. */
async function makeLog(t: TestContext) {
  const root = await makeTemporaryFolder(t);
  const original = join(root, 'original');
  await mkdir(original);
  await using(original, async ({ log }) => {
    for (let number = 3; number <= RECORDS; number += 1) {
      await log.append({
        user: number % 2 === 0 ? 'ann' : 'bob',
        action: 'app.create',
        target: `app/shop-${number}`,
        result: 'succeeded',
        errorCode: null,
        client: '10.0.0.1',
        invocationId: `inv-${number}`,
        requestId: `req_${number}`,
        details: { to: number },
      });
    }
  });
  let copies = 0;
  const copy = async () => {
    copies += 1;
    const folder = join(root, `copy-${copies}`);
    await mkdir(folder);
    for (const name of ['rigd.sqlite', 'key.pem', 'checkpoints.ndjson'])
      await copyFile(join(original, name), join(folder, name));
    return folder;
  };
  const tampered = async (tamper: (db: DatabaseSync) => void) => {
    const folder = await copy();
    const db = new DatabaseSync(join(folder, 'rigd.sqlite'));
    db.exec('drop trigger audit_records_fixed');
    tamper(db);
    db.close();
    return folder;
  };
  return { copy, tampered };
}

const rowsOf = (db: DatabaseSync) =>
  db.prepare('select seq, hash, record from audit_records order by seq').all() as {
    seq: number;
    hash: string;
    record: string;
  }[];

const replace = (db: DatabaseSync, seq: number, row: { seq?: number; hash?: string; record?: string }) => {
  for (const [column, value] of Object.entries(row))
    db.prepare(`update audit_records set ${column} = ? where seq = ?`).run(value, seq);
};

/** Every way to alter one value of a record, so that it still is a record. */
function* alterations(event: AuditEvent): Generator<AuditEvent> {
  for (const field of Object.keys(event) as (keyof AuditEvent)[]) {
    const value = event[field];
    if (field === 'id') yield { ...event, id: event.id + 1 };
    else if (field === 'details') yield { ...event, details: { ...event.details, more: 1 } };
    else yield { ...event, [field]: value === null ? 'x' : `${value as string}x` };
    const { [field]: _left, ...others } = event;
    yield others as AuditEvent;
  }
}

describe('whoever can write the database', { timeout: 120_000 }, () => {
  it('cannot alter any field of any record unseen', async (t) => {
    const { tampered } = await makeLog(t);
    // One database for all of it, put back each time: what is found must be the one edit.
    const folder = await tampered(() => undefined);
    assert.equal((await verify(folder)).intact, true);
    const pristine = await readFile(join(folder, 'rigd.sqlite'));
    let edits = 0;
    for (let seq = 1; seq <= RECORDS; seq += 1) {
      const db = new DatabaseSync(join(folder, 'rigd.sqlite'));
      const row = rowsOf(db)[seq - 1] ?? assert.fail();
      db.close();
      const event = JSON.parse(row.record) as AuditEvent;
      const edited: { hash?: string; record?: string }[] = [
        { hash: 'f'.repeat(64) },
        { record: row.record.replace(',', ', ') },
        ...[...alterations(event)].flatMap((altered) => {
          const record = chainRecord('', altered).record;
          // With the old hash, and with one that fits what stands before.
          const previous = seq === 1 ? '0'.repeat(64) : '';
          return [{ record }, { record, hash: chainRecord(previous, altered).hash }];
        }),
      ];
      for (const edit of edited) {
        await writeFile(join(folder, 'rigd.sqlite'), pristine);
        const again = new DatabaseSync(join(folder, 'rigd.sqlite'));
        replace(again, seq, edit);
        again.close();
        const { intact } = await verify(folder);
        assert.equal(intact, false, `record ${seq}: ${JSON.stringify(edit)}`);
        edits += 1;
      }
    }
    assert.ok(edits > RECORDS * 20);
  });

  it('cannot remove, insert or swap records unseen', async (t) => {
    const { tampered } = await makeLog(t);
    const told = async (tamper: (db: DatabaseSync) => void) =>
      (await verify(await tampered(tamper))).problems.length > 0;
    for (let seq = 1; seq < RECORDS; seq += 1) {
      assert.ok(await told((db) => db.exec(`delete from audit_records where seq = ${seq}`)));
      assert.ok(
        await told((db) => {
          const rows = rowsOf(db);
          const [a, b] = [rows[seq - 1], rows[seq]];
          replace(db, seq, { record: b?.record ?? '', hash: b?.hash ?? '' });
          replace(db, seq + 1, { record: a?.record ?? '', hash: a?.hash ?? '' });
        }),
      );
      assert.ok(
        await told((db) => {
          db.exec(`update audit_records set seq = -seq - 1 where seq >= ${seq}`);
          db.exec(`update audit_records set seq = -seq where seq < 0`);
          const [row] = rowsOf(db);
          db.prepare('insert into audit_records (seq, hash, record) values (?, ?, ?)').run(
            seq,
            row?.hash ?? '',
            row?.record ?? '',
          );
        }),
      );
    }
  });

  it('cannot cut a tail off that a checkpoint covers, nor have rigd sign over it', async (t) => {
    const { tampered } = await makeLog(t);
    for (let kept = 0; kept < RECORDS; kept += 1) {
      const folder = await tampered((db) => db.exec(`delete from audit_records where seq > ${kept}`));
      await using(folder, async (trail) => {
        assert.deepEqual(
          trail.problems().map(({ code }) => code),
          ['audit_damaged'],
        );
        const [opened] = (await trail.log.list({ action: 'audit.open', limit: 1 })).items;
        assert.equal(opened?.errorCode, 'audit_damaged');
      });
      assert.equal((await verify(folder)).intact, false, `kept ${kept}`);
    }
  });

  it('cannot rewrite the chain from some record on unseen', async (t) => {
    const { tampered } = await makeLog(t);
    for (let from = 1; from <= RECORDS; from += 1) {
      const folder = await tampered((db) => {
        const rows = rowsOf(db);
        let previous = rows[from - 2]?.hash ?? '0'.repeat(64);
        for (const { seq, record } of rows.slice(from - 1)) {
          const event = JSON.parse(record) as AuditEvent;
          const link = chainRecord(previous, seq === from ? { ...event, user: 'eve' } : event);
          replace(db, seq, link);
          previous = link.hash;
        }
      });
      assert.equal((await verify(folder)).intact, false, `from ${from}`);
    }
  });
});

describe('whoever can write the file of checkpoints', () => {
  it('cannot alter one or leave it out unseen, the newest one aside', async (t) => {
    const { copy } = await makeLog(t);
    const folder = await copy();
    for (let round = 0; round < 3; round += 1) await using(folder, async () => undefined);
    const path = join(folder, 'checkpoints.ndjson');
    const lines = (await readFile(path, 'utf8')).split('\n').slice(0, -1);
    assert.ok(lines.length >= 4);
    for (const [index] of lines.entries()) {
      const others = index === lines.length - 1 ? [] : [lines.toSpliced(index, 1)];
      for (const tampered of [
        lines.with(index, (lines[index] ?? '').replace('"seq":', '"seq":1')),
        ...others,
      ]) {
        await writeFile(path, tampered.map((line) => `${line}\n`).join(''));
        assert.equal((await verify(folder)).intact, false, `checkpoint ${index + 1}`);
      }
    }
    // The start of rigd names the newest checkpoint, so older ones cannot go with it.
    await writeFile(
      path,
      lines
        .slice(0, -2)
        .map((line) => `${line}\n`)
        .join(''),
    );
    assert.equal((await verify(folder)).intact, false);
  });

  it('cannot have a key of their own accepted', async (t) => {
    const { copy } = await makeLog(t);
    const folder = await copy();
    await writeFile(join(folder, 'key.pem'), await makeKey(t));
    await using(folder, async (trail) => assert.equal(trail.problems().length, 1));
    const { problems } = await verify(folder);
    assert.ok(problems.some(({ kind }) => kind === 'key_mismatch'));
    assert.ok(problems.some(({ kind }) => kind === 'checkpoint_forged'));
  });
});

async function makeKey(t: TestContext): Promise<Buffer> {
  const folder = await makeTemporaryFolder(t);
  await using(folder, async () => undefined);
  return await readFile(join(folder, 'key.pem'));
}
