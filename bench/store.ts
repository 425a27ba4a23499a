import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../packages/server/src/clock.ts';
import { SqlAppStore } from '../packages/server/src/features/apps/sql-app-store.ts';
import { SqlAuditLog } from '../packages/server/src/features/audit/sql-audit-log.ts';
import { SqlBuildStore } from '../packages/server/src/features/builds/sql-build-store.ts';
import { SqlDeployStore } from '../packages/server/src/features/deploys/sql-deploy-store.ts';
import { SqlEventLog } from '../packages/server/src/features/events/sql-event-log.ts';
import { SqlReleaseStore } from '../packages/server/src/features/releases/sql-release-store.ts';
import { openDatabase } from '../packages/server/src/store/database.ts';
import { startPostgres } from '../packages/server/src/testing/postgres/cluster.ts';
import { compare, printComparisons } from './compare.ts';

const APPS = 100;
const at = '2026-01-02T03:04:05.000Z';

/** The calls that a platform makes most, on one database. */
async function makeCalls(place: string) {
  const db = await openDatabase(place, { exclusive: true });
  const apps = new SqlAppStore(db);
  const builds = new SqlBuildStore(db);
  const deploys = new SqlDeployStore(db);
  const releases = new SqlReleaseStore(db);
  const events = new SqlEventLog(db, systemClock);
  const audit = await SqlAuditLog.open(db, systemClock);
  const ids = Array.from({ length: APPS }, (_, number) => `app_${number}`);
  for (const id of ids) {
    await apps.create({ id, name: id, network: 'default', createdAt: at });
    await builds.create({
      id: `bld_${id}`,
      appId: id,
      bundleId: 'f00',
      root: '.',
      inputs: null,
      createdAt: at,
    });
  }
  let count = 0;
  /** What a deploy writes, from its beginning to its end. */
  const deploy = async (appId: string) => {
    count += 1;
    const id = `dep_${count}`;
    const order = { id, appId, appName: appId, bundleId: 'f00', configId: null, message: null, source: null };
    const by = { createdBy: 'ann', createdAt: at, rollbackOnly: null };
    await deploys.create(
      { ...order, ...by, kind: 'deploy', buildId: null, rollbackTo: null, buildOptions: null },
      at,
    );
    for (const step of ['build', 'start', 'health', 'switch', 'drain'] as const)
      await deploys.enterStep(id, step, at);
    const { version } = await releases.create({
      ...by,
      appId,
      deployId: id,
      buildId: `bld_${appId}`,
      bundleId: 'f00',
      detector: 'node',
      configId: null,
      runtime: { processes: [], env: {}, health: { path: null, timeoutSeconds: 60 }, drainSeconds: 30 },
      rollbackOf: null,
      message: null,
      source: null,
    });
    await releases.makeLive(appId, version, at);
    await deploys.finish(id, { url: null, at });
  };
  const record = (number: number) =>
    audit.append({
      user: 'ann',
      action: 'app.read',
      target: `app/app_${number}`,
      result: 'succeeded',
      errorCode: null,
      client: 'local',
      invocationId: null,
      requestId: `req_${number}`,
      details: {},
    });
  const calls: Record<string, () => Promise<unknown>> = {
    'a deploy': () => deploy('app_0'),
    '20 deploys at once': () => Promise.all(ids.slice(0, 20).map(deploy)),
    'an audit record': () => record(1),
    '200 audit records at once': () =>
      Promise.all(Array.from({ length: 200 }, (_, number) => record(number))),
    'an event': () => events.append({ app: null, kind: 'platform.started', message: 'one' }),
    'what a status reads': () =>
      Promise.all([
        apps.list({ limit: APPS }),
        releases.allLive(),
        deploys.running(),
        events.list({ limit: 10 }),
      ]),
    '100 apps by name at once': () => Promise.all(ids.map((name) => apps.get(name))),
  };
  return { calls, close: () => db.destroy() };
}

const timed = (work: (() => Promise<unknown>) | undefined) => async () => {
  const start = performance.now();
  await work?.();
  return performance.now() - start;
};

/** SQLite and a PostgreSQL server beside it, both on the same disk and both waiting for it. */
export async function benchStore(rounds: number): Promise<void> {
  const ends: (() => Promise<void>)[] = [];
  const folder = await mkdtemp(join(tmpdir(), 'rig-bench-'));
  try {
    const cluster = await startPostgres({ after: (end) => ends.push(end) }, { settings: ['fsync = on'] });
    const sqlite = await makeCalls(join(folder, 'rigd.sqlite'));
    const postgres = await makeCalls(await cluster.createDatabase());
    for (const [name, call] of Object.entries(sqlite.calls)) {
      printComparisons(
        name,
        await compare(
          { name: 'SQLite', measure: timed(call) },
          [{ name: 'PostgreSQL', measure: timed(postgres.calls[name]) }],
          rounds,
        ),
      );
    }
    await sqlite.close();
    await postgres.close();
  } finally {
    for (const end of ends) await end();
    await rm(folder, { recursive: true, force: true });
  }
}
