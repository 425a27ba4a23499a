import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import type { RecordingReport } from '@rig-ops/contract/supervisor-sessions';
import { openDatabase } from '../../store/database.ts';
import { MemoryLog } from '../../testing/memory-log.ts';
import { makeTemporaryFolder } from '../../testing/temporary-folder.ts';
import type { NewAuditEvent } from '../audit/audit-log.ts';
import { SqlAuditLog } from '../audit/sql-audit-log.ts';
import { createRecordings } from './create-recordings.ts';

const DAY_MS = 24 * 60 * 60_000;

async function makeRecordings(t: TestContext) {
  const folder = join(await makeTemporaryFolder(t), 'recordings');
  await mkdir(folder);
  const db = await openDatabase(':memory:');
  t.after(() => db.destroy());
  let ahead = 0;
  const clock = { now: () => new Date(Date.now() + ahead) };
  const audit = await SqlAuditLog.open(db, clock);
  const { service, sweeper, routes } = createRecordings({
    db,
    folder,
    audit,
    clock,
    log: new MemoryLog().logger,
  });
  const ended = async (session: string, recording: object | undefined): Promise<void> => {
    const event: NewAuditEvent = {
      user: 'ann',
      action: 'session.end',
      target: 'app/shop',
      result: 'succeeded',
      errorCode: null,
      client: 'local',
      invocationId: null,
      requestId: 'req_1',
      details: { session, recording },
    };
    await audit.append(event);
  };
  return {
    folder,
    service,
    sweeper,
    routes,
    audit,
    pass: (ms: number) => {
      ahead += ms;
    },
    /** A recording whose session has ended, as the supervisor and the audit log would say. */
    record: async (session: string, bytes: Buffer | string, change: Partial<RecordingReport> = {}) => {
      const spec = await service.plan(session, { terminal: true, required: false });
      await writeFile(spec.path, bytes);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const report = {
        path: spec.path,
        bytes: bytes.length,
        sha256,
        truncated: false,
        failure: null,
        ...change,
      };
      await ended(session, await service.ended(session, report));
      return spec.path;
    },
  };
}

async function bytesOf(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

test('a recording is handed out from any offset once it is what the audit log says', async (t) => {
  const { service, record } = await makeRecordings(t);
  await record('ses_1', 'hello');
  const answer = await service.read('ses_1', 2);
  assert.equal(await bytesOf(answer.stream), 'llo');
  assert.equal(answer.bytes, 3);
  assert.equal(answer.headers['x-rig-recording-state'], 'kept');
  assert.match(answer.headers['x-rig-recording-sha256'] ?? '', /^2cf24dba/);
  assert.equal(await bytesOf((await service.read('ses_1', 9)).stream), '');
});

test('one that was altered, cut, swapped or removed is not', async (t) => {
  const { service, record } = await makeRecordings(t);
  const path = await record('ses_1', 'hello');
  const other = await record('ses_2', 'other');
  for (const content of ['hellO', 'hell', 'hello ', await readFile(other)]) {
    await writeFile(path, content);
    await assert.rejects(service.read('ses_1', 0), { code: 'recording_altered' });
  }
  await rm(path);
  await assert.rejects(service.read('ses_1', 0), { code: 'recording_altered' });
});

test('whoever can change the database as well does not get past the audit log', async (t) => {
  const { service, record } = await makeRecordings(t);
  const path = await record('ses_1', 'hello');
  await writeFile(path, 'forged');
  const sha256 = createHash('sha256').update('forged').digest('hex');
  // As rigd itself notes an end: the row now has the hash of the forgery.
  await service.ended('ses_1', { path, bytes: 6, sha256, truncated: false, failure: null });
  await assert.rejects(service.read('ses_1', 0), { code: 'recording_altered' });
});

test('one that is being written is handed out up to now', async (t) => {
  const { service } = await makeRecordings(t);
  const { path } = await service.plan('ses_1', { terminal: false, required: true });
  assert.match(path, /ses_1\.ndjson\.zst$/);
  await assert.rejects(service.read('ses_1', 0), { code: 'recording_not_found' });
  await writeFile(path, 'so far');
  const answer = await service.read('ses_1', 0);
  assert.equal(await bytesOf(answer.stream), 'so far');
  assert.equal(answer.headers['x-rig-recording-state'], 'recording');
  assert.deepEqual((await service.describe(['ses_1'])).get('ses_1'), {
    state: 'recording',
    bytes: 6,
    sha256: null,
    truncated: false,
  });
});

test('what is known of one: not recorded, not begun, broken, of a supervisor that knows it no more', async (t) => {
  const { service, record } = await makeRecordings(t);
  assert.equal(await service.ended('ses_0', null), undefined);
  await assert.rejects(service.read('ses_0', 0), { code: 'recording_not_found' });
  const { path } = await service.plan('ses_1', { terminal: true, required: true });
  await writeFile(path, 'x');
  await service.drop('ses_1');
  assert.equal((await service.describe(['ses_1'])).size, 0);
  await record('ses_2', 'half', { failure: 'The disk is full.', truncated: true });
  await service.plan('ses_3', { terminal: true, required: false });
  assert.equal((await service.ended('ses_3', null))?.sha256, null);
  const described = await service.describe(['ses_2', 'ses_3']);
  assert.deepEqual(
    [...described.values()].map(({ state }) => state),
    ['failed', 'failed'],
  );
  // What there is of a broken one can be seen.
  assert.equal(await bytesOf((await service.read('ses_2', 0)).stream), 'half');
});

test('old ones are removed, then the oldest beyond the space of all; none that is being written', async (t) => {
  const { service, sweeper, routes, record, pass, folder } = await makeRecordings(t);
  const live = await service.plan('ses_live', { terminal: true, required: false });
  await writeFile(live.path, Buffer.alloc(900_000));
  await record('ses_old', 'old');
  pass(31 * DAY_MS);
  await record('ses_1', Buffer.alloc(600_000, 1));
  await record('ses_2', Buffer.alloc(600_000, 2));
  assert.deepEqual(await sweeper.sweep(), ['ses_old']);
  await routes.setRecordingSettings({ body: { totalMegabytes: 1 } } as never);
  await sweeper.close();
  assert.deepEqual((await readdir(folder)).toSorted(), ['ses_2.cast.zst', 'ses_live.cast.zst']);
  await assert.rejects(service.read('ses_1', 0), { code: 'recording_not_found', message: /retention/ });
  assert.equal((await service.describe(['ses_1'])).get('ses_1')?.state, 'removed');
});

test('a file that nobody knows is removed after a while', async (t) => {
  const { service, sweeper, folder } = await makeRecordings(t);
  await service.plan('ses_1', { terminal: true, required: false });
  for (const name of ['ses_1.cast.zst', 'ses_gone.cast.zst', 'ses_new.cast.zst']) {
    await writeFile(join(folder, name), 'x');
    const at = new Date(Date.now() - (name === 'ses_new.cast.zst' ? 0 : DAY_MS));
    await utimes(join(folder, name), at, at);
  }
  await sweeper.sweep();
  assert.deepEqual((await readdir(folder)).toSorted(), ['ses_1.cast.zst', 'ses_new.cast.zst']);
});

test('settings are what was set, else what rig comes with', async (t) => {
  const { routes, service } = await makeRecordings(t);
  const change = async (body: object) => await routes.setRecordingSettings({ body } as never);
  assert.deepEqual(await change({ days: 90, sessionMegabytes: 0.5, input: true }), {
    days: 90,
    totalMegabytes: 5_120,
    sessionMegabytes: 0.5,
    input: true,
  });
  const { maxBytes, input } = await service.plan('ses_1', { terminal: true, required: false });
  assert.deepEqual([maxBytes, input], [524_288, true]);
  assert.equal((await change({ days: null })).days, 30);
});

test('audit events are found by their session, in them or as their target', async (t) => {
  const { audit, record } = await makeRecordings(t);
  await record('ses_1', 'x');
  await record('ses_2', 'y');
  await audit.append({
    user: 'bob',
    action: 'session.kill',
    target: 'session/ses_1',
    result: 'succeeded',
    errorCode: null,
    client: 'local',
    invocationId: null,
    requestId: 'req_2',
    details: {},
  });
  const { items } = await audit.list({ session: 'ses_1' });
  assert.deepEqual(
    items.map(({ action }) => action),
    ['session.kill', 'session.end'],
  );
});
