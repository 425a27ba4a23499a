import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { RigError } from '@rig-ops/contract/errors';
import { systemClock } from '../../clock.ts';
import { EngineMirror } from '../../engines/engine-mirror.ts';
import { FakeEngine } from '../../engines/fake/fake-engine.ts';
import { sessionSpec } from '../../engines/testing/session-spec.ts';
import { openDatabase } from '../../store/database.ts';
import { MemoryLog } from '../../testing/memory-log.ts';
import { makeTemporaryFolder } from '../../testing/temporary-folder.ts';
import { waitUntil } from '../../testing/wait-until.ts';
import type { NewAuditEvent } from '../audit/audit-log.ts';
import { createRecordings } from '../recordings/create-recordings.ts';
import { SessionKeeper } from './session-keeper.ts';
import { SqlSessionStore } from './sql-session-store.ts';
import { sessionRow } from './testing/session-row.ts';

const MOST = { perUser: 3, total: 4 };
const instance = {
  id: 'ins_1',
  app: 'shop',
  appId: 'app_1',
  process: 'worker',
  name: 'worker.1',
  release: 1,
  argv: ['wait'],
  cwd: '/',
  env: {},
};

const at = (minute: number) => `2026-01-02T03:0${minute}:00.000Z`;

async function start(t: TestContext) {
  const db = await openDatabase(':memory:');
  const engine = new FakeEngine();
  const { logger: log } = new MemoryLog();
  const sessions = new SqlSessionStore(db);
  const audited: NewAuditEvent[] = [];
  let full = false;
  const audit = {
    append: async (event: NewAuditEvent) => {
      if (full) throw new RigError('disk_full', 'Full.');
      audited.push(event);
    },
    list: async () => ({ items: [], nextCursor: null }),
  };
  const folder = await makeTemporaryFolder(t);
  const { service: recordings } = createRecordings({ db, folder, audit, clock: systemClock, log });
  /** As rigd does that is started anew. */
  const keep = () => {
    const mirror = new EngineMirror(engine, log);
    const keeper = new SessionKeeper({
      mirror,
      engine,
      sessions,
      recordings,
      audit,
      clock: systemClock,
      log,
      historyDays: 1,
    });
    const life = new AbortController();
    const running = Promise.all([mirror.follow(life.signal), keeper.run(life.signal)]);
    const stop = async () => {
      life.abort();
      await running;
    };
    t.after(stop);
    return { keeper, mirror, stop };
  };
  t.after(async () => {
    await engine.shutDown();
    await db.destroy();
  });
  const begin = (keeper: SessionKeeper, id: string, argv = ['cat']) =>
    keeper.starting(id, async () => {
      await sessions.create(sessionRow({ id }), MOST);
      const channel = await engine.openSession(sessionSpec({ id, argv }));
      await channel.accepted;
      return channel;
    });
  const fillDisk = (value: boolean) => {
    full = value;
  };
  const ended = (id: string) =>
    waitUntil(async () => {
      const row = await sessions.get(id);
      return row?.endedAt == null ? undefined : row;
    }, `the end of ${id}`);
  return { audited, begin, ended, engine, fillDisk, keep, sessions };
}

describe('the end of a session', () => {
  it('is noted once, in the audit log and the history, and then forgotten', async (t) => {
    const { audited, begin, ended, engine, keep } = await start(t);
    const { keeper } = keep();
    const channel = await begin(keeper, 'ses_1');
    channel.control({ type: 'signal', signal: 'SIGTERM' });
    const row = await ended('ses_1');
    assert.deepEqual([row.end, row.exitCode, row.signal], ['exited', 143, 'SIGTERM']);
    await waitUntil(async () => (await engine.sessions()).length === 0, 'that it is forgotten');
    assert.deepEqual(
      audited.map(({ action, result, details }) => [action, result, details['session'], details['end']]),
      [['session.end', 'succeeded', 'ses_1', 'exited']],
    );
  });

  it('is found by the next rigd when there was none', async (t) => {
    const { audited, begin, ended, engine, keep } = await start(t);
    const { keeper, stop } = keep();
    await begin(keeper, 'ses_1');
    await stop();
    await engine.killSession('ses_1', { why: 'killed', graceMs: 0 });
    assert.deepEqual(audited, []);
    keep();
    assert.equal((await ended('ses_1')).end, 'killed');
    assert.equal(audited.length, 1);
  });

  it('is abandoned when the engine knows nothing of it, but not while it is being started', async (t) => {
    const { audited, ended, engine, keep, sessions } = await start(t);
    const { keeper, mirror } = keep();
    await waitUntil(() => mirror.ready, 'the snapshot');
    const started = Promise.withResolvers<void>();
    const starting = keeper.starting('ses_new', () => started.promise);
    await sessions.create(sessionRow({ id: 'ses_new' }), MOST);
    await sessions.create(sessionRow({ id: 'ses_old' }), MOST);
    // Something happens, so that it looks.
    await engine.startInstance(instance);
    assert.deepEqual([(await ended('ses_old')).end, (await ended('ses_old')).exitCode], ['abandoned', null]);
    assert.deepEqual(
      audited.map(({ result, details }) => [result, details['session']]),
      [['failed', 'ses_old']],
    );
    started.resolve();
    await starting;
  });

  it('waits for room in the audit log, and is not forgotten before', async (t) => {
    const { audited, begin, ended, engine, fillDisk, keep } = await start(t);
    fillDisk(true);
    const { keeper } = keep();
    const channel = await begin(keeper, 'ses_1', ['false']);
    await channel.exited;
    assert.equal((await engine.sessions()).length, 1);
    fillDisk(false);
    assert.equal((await ended('ses_1')).exitCode, 1);
    assert.equal(audited.length, 1);
  });
});

describe('the history of sessions', () => {
  it('holds as many running ones as may be, of one user and of all', async (t) => {
    const { sessions } = await start(t);
    for (const id of ['ses_1', 'ses_2', 'ses_3']) await sessions.create(sessionRow({ id }), MOST);
    const tooMany = { code: 'too_many_sessions' };
    await assert.rejects(sessions.create(sessionRow({ id: 'ses_4' }), MOST), {
      ...tooMany,
      message: /ann has 3/,
    });
    await sessions.create(sessionRow({ id: 'ses_5', userId: 'usr_bob', user: 'bob' }), MOST);
    const another = sessionRow({ id: 'ses_6', userId: 'usr_eve', user: 'eve' });
    await assert.rejects(sessions.create(another, MOST), { ...tooMany, message: /4 sessions run/ });
    await sessions.change('ses_1', { endedAt: '2026-01-03T00:00:00.000Z', end: 'exited' });
    await sessions.create(another, MOST);
  });

  it('is told page by page, newest first, and to each only what they may see', async (t) => {
    const { sessions } = await start(t);
    const most = { perUser: 10, total: 10 };
    for (let index = 0; index < 5; index += 1) {
      const own = index % 2 === 0;
      const [userId, appId] = own ? ['usr_ann', 'app_1'] : ['usr_bob', 'app_2'];
      await sessions.create(sessionRow({ id: `ses_${index}`, userId, appId, startedAt: at(index) }), most);
    }
    await sessions.change('ses_0', { endedAt: at(9), end: 'exited', exitCode: 0 });
    const everywhere = { everywhere: true } as const;
    const ids = async (query: Partial<Parameters<typeof sessions.page>[0]>) =>
      (await sessions.page({ reach: everywhere, userId: 'usr_eve', ...query })).items.map(({ id }) => id);
    assert.deepEqual(await ids({}), ['ses_4', 'ses_3', 'ses_2', 'ses_1']);
    assert.deepEqual(await ids({ all: true }), ['ses_4', 'ses_3', 'ses_2', 'ses_1', 'ses_0']);
    const first = await sessions.page({ reach: everywhere, userId: '', all: true, limit: 2 });
    assert.deepEqual(await ids({ all: true, limit: 2, cursor: first.nextCursor ?? '' }), ['ses_2', 'ses_1']);
    const nowhere = { everywhere: false, networks: new Set<string>(), apps: new Set<string>() } as const;
    assert.deepEqual(await ids({ reach: nowhere }), []);
    assert.deepEqual(await ids({ reach: nowhere, userId: 'usr_bob' }), ['ses_3', 'ses_1']);
    assert.deepEqual(await ids({ reach: { ...nowhere, apps: new Set(['app_1']) } }), ['ses_4', 'ses_2']);
    await sessions.prune(at(9));
    assert.equal((await ids({ all: true })).length, 5);
    await sessions.prune('2026-01-03T00:00:00.000Z');
    assert.equal((await ids({ all: true })).length, 4);
  });
});
