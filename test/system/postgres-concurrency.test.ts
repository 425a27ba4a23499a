import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { systemClock } from '../../packages/server/src/clock.ts';
import type { ApprovalRecord } from '../../packages/server/src/features/approvals/approval-store.ts';
import { SqlApprovalStore } from '../../packages/server/src/features/approvals/sql-approval-store.ts';
import { SqlAppStore } from '../../packages/server/src/features/apps/sql-app-store.ts';
import { SqlAuditLog } from '../../packages/server/src/features/audit/sql-audit-log.ts';
import { SqlUserStore } from '../../packages/server/src/features/access/sql-user-store.ts';
import { SqlBuildStore } from '../../packages/server/src/features/builds/sql-build-store.ts';
import { SqlBundleStore } from '../../packages/server/src/features/bundles/sql-bundle-store.ts';
import { SqlConfigStore } from '../../packages/server/src/features/config/sql-config-store.ts';
import type { NewDeploy } from '../../packages/server/src/features/deploys/deploy-store.ts';
import { SqlDeployLockStore } from '../../packages/server/src/features/deploys/sql-deploy-lock-store.ts';
import { SqlDeployStore } from '../../packages/server/src/features/deploys/sql-deploy-store.ts';
import { SqlEventLog } from '../../packages/server/src/features/events/sql-event-log.ts';
import { SqlLoginStore } from '../../packages/server/src/features/logins/sql-login-store.ts';
import { SqlNetworkStore } from '../../packages/server/src/features/networks/sql-network-store.ts';
import { SqlReleaseStore } from '../../packages/server/src/features/releases/sql-release-store.ts';
import { SqlSessionStore } from '../../packages/server/src/features/sessions/sql-session-store.ts';
import { sessionRow } from '../../packages/server/src/features/sessions/testing/session-row.ts';
import { openDatabase } from '../../packages/server/src/store/database.ts';
import { type PostgresCluster, startPostgres } from '../../packages/server/src/testing/postgres/cluster.ts';

/**
 * What SQLite gives for nothing, since it has one connection, PostgreSQL has to be told. Each of these runs from two
 * rigds, so to speak: two pools of connections to one database.
 */
const at = '2026-01-02T03:04:05.000Z';
const later = '2026-01-02T04:04:05.000Z';
const MANY = 12;

const ends: (() => Promise<void>)[] = [];
let cluster: PostgresCluster;
type Handle = Awaited<ReturnType<typeof openDatabase>>;
let pools: [Handle, Handle];

before(async () => {
  cluster = await startPostgres({ after: (end) => ends.push(end) });
  const url = await cluster.createDatabase();
  // Both at once, so that they meet in the migrations, too.
  pools = await Promise.all([openDatabase(url), openDatabase(url)]);
  const [db] = pools;
  const apps = new SqlAppStore(db);
  await apps.create({ id: 'app_a', name: 'a', network: 'default', createdAt: at });
  await new SqlBuildStore(db).create({
    id: 'bld_a',
    appId: 'app_a',
    bundleId: 'f00',
    root: '.',
    inputs: null,
    createdAt: at,
  });
  await new SqlUserStore(db).create({
    id: 'usr_1',
    name: 'ann',
    kind: 'user',
    createdAt: at,
    createdBy: 'root',
    disabledAt: null,
  });
});
after(async () => {
  for (const db of pools) await db.destroy();
  for (const end of ends) await end();
});

/** As many at once as there are, of both pools in turn. */
function atOnce<T>(work: (db: Handle, number: number) => Promise<T>): Promise<PromiseSettledResult<T>[]> {
  return Promise.allSettled(
    Array.from({ length: MANY }, async (_, number) => await work(pools[number % 2 === 0 ? 0 : 1], number)),
  );
}

const fulfilled = <T>(results: PromiseSettledResult<T>[]): T[] =>
  results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
const codes = (results: PromiseSettledResult<unknown>[]): unknown[] => [
  ...new Set(
    results.flatMap((result) =>
      result.status === 'rejected' ? [(result.reason as { code?: unknown }).code] : [],
    ),
  ),
];

const deployOf = (number: number): NewDeploy => ({
  id: `dep_${number}`,
  appId: 'app_a',
  appName: 'a',
  kind: 'deploy',
  bundleId: 'f00',
  buildId: null,
  rollbackTo: null,
  rollbackOnly: null,
  configId: null,
  message: null,
  source: null,
  buildOptions: null,
  createdBy: 'ann',
  createdAt: at,
});

describe('from two sides at once', () => {
  it('releases are numbered without a gap and without a double', async () => {
    const made = await atOnce((db, number) =>
      new SqlReleaseStore(db).create({
        appId: 'app_a',
        deployId: `dep_r${number}`,
        buildId: 'bld_a',
        bundleId: 'f00',
        detector: 'node',
        configId: null,
        runtime: {
          processes: [],
          env: {},
          health: { path: null, timeoutSeconds: 60 },
          drainSeconds: 30,
        },
        rollbackOf: null,
        rollbackOnly: null,
        message: null,
        source: null,
        createdBy: 'ann',
        createdAt: at,
      }),
    );
    const versions = fulfilled(made).map(({ version }) => version);
    assert.deepEqual(
      versions.toSorted((a, b) => a - b),
      Array.from({ length: MANY }, (_, index) => index + 1),
    );
  });

  it('one deploy of an app begins, and one lock of it is taken', async () => {
    const begun = await atOnce((db, number) => new SqlDeployStore(db).create(deployOf(number), at));
    assert.equal(fulfilled(begun).length, 1);
    assert.deepEqual(codes(begun), ['deploy_in_progress']);
    const locks = await atOnce((db, number) =>
      new SqlDeployLockStore(db).take({
        appId: 'app_a',
        owner: `u${number}`,
        reason: null,
        since: at,
        until: null,
      }),
    );
    assert.equal(new Set(fulfilled(locks).map(({ owner }) => owner)).size, 1);
    assert.equal(fulfilled(locks).length, MANY);
  });

  it('steps of a deploy become events in one order, each with its number', async () => {
    const [deploy] = await new SqlDeployStore(pools[0]).running();
    assert.ok(deploy !== undefined);
    await atOnce((db, number) =>
      new SqlDeployStore(db).addBuildStep(deploy.id, { name: `s${number}`, status: 'started' }, at),
    );
    const told = await new SqlDeployStore(pools[1]).events(deploy.id, 0);
    assert.equal(told.filter(({ type }) => type === 'build-step').length, MANY);
    await new SqlDeployStore(pools[0]).finish(deploy.id, { url: null, at });
  });

  it('an app gets its name once, a configuration its next set once', async () => {
    const made = await atOnce((db, number) =>
      new SqlAppStore(db).create({ id: `app_n${number}`, name: 'shop', network: 'default', createdAt: at }),
    );
    assert.equal(fulfilled(made).length, 1);
    assert.deepEqual(codes(made), ['app_exists']);
    const sets = await atOnce((db, number) =>
      new SqlConfigStore(db).advance(
        {
          id: `cfg_${number}`,
          appId: 'app_a',
          parentId: null,
          variables: [],
          createdBy: 'ann',
          createdAt: at,
        },
        'a',
      ),
    );
    assert.deepEqual(fulfilled(sets).filter(Boolean).length, 1);
    assert.equal(fulfilled(sets).length, MANY);
  });

  it('no network goes while an app comes into it', async () => {
    for (let round = 0; round < 20; round += 1) {
      const [one, other] = pools;
      const network = `n${round}`;
      await new SqlNetworkStore(one).create({
        name: network,
        createdAt: at,
        createdBy: null,
        engine: 'process',
        follows: true,
        cluster: null,
      });
      await Promise.allSettled([
        new SqlAppStore(one).create({ id: `app_${network}`, name: network, network, createdAt: at }),
        new SqlNetworkStore(other).remove(network),
      ]);
      const app = await new SqlAppStore(one).get(network);
      const there = await new SqlNetworkStore(other).get(network);
      assert.equal(app === undefined, there === undefined, `round ${round}`);
    }
  });

  it('a user has as many sessions and requests as allowed, a request and a login are used once', async () => {
    const sessions = await atOnce((db, number) =>
      new SqlSessionStore(db).create(sessionRow({ id: `ses_${number}` }), { perUser: 3, total: 100 }),
    );
    assert.equal(fulfilled(sessions).length, 3);
    assert.deepEqual(codes(sessions), ['too_many_sessions']);
    const request = (number: number, digest: string): ApprovalRecord => ({
      id: `apr_${number}`,
      userId: 'usr_1',
      user: 'ann',
      kind: 'shell',
      network: 'default',
      appId: 'app_a',
      target: 'app/a',
      digest,
      argv: [],
      details: {},
      reason: null,
      state: 'pending',
      createdAt: at,
      expiresAt: later,
      decidedAt: null,
      decidedById: null,
      decidedBy: null,
      decisionReason: null,
    });
    const limits = { most: 3, forgetBefore: '2025-01-01T00:00:00.000Z' };
    const same = await atOnce((db, number) => new SqlApprovalStore(db).ask(request(number, 'same'), limits));
    assert.equal(fulfilled(same).filter(({ added }) => added).length, 1);
    assert.equal(fulfilled(same).length, MANY);
    const others = await atOnce((db, number) =>
      new SqlApprovalStore(db).ask(request(100 + number, `d${number}`), limits),
    );
    assert.equal(fulfilled(others).length, 2);
    assert.deepEqual(codes(others), ['too_many_approvals']);
    const [asked] = fulfilled(same);
    const id = asked?.record.id ?? '';
    const decision = {
      state: 'approved',
      byId: 'usr_2',
      by: 'eve',
      reason: null,
      at,
      expiresAt: later,
    } as const;
    const decided = await atOnce((db) => new SqlApprovalStore(db).decide(id, decision));
    assert.equal(fulfilled(decided).filter(Boolean).length, 1);
    const used = await atOnce((db) => new SqlApprovalStore(db).use(id, at));
    assert.equal(fulfilled(used).filter(Boolean).length, 1);
    const logins = new SqlLoginStore(pools[0]);
    await logins.create(
      {
        id: 'lgn_1',
        deviceName: 'd',
        client: 'local',
        createdAt: at,
        expiresAt: later,
        status: 'approved',
        userId: 'usr_1',
        intervalS: 5,
        polledAt: null,
      },
      { device: 'd', code: 'c' },
    );
    const redeemed = await atOnce((db) => new SqlLoginStore(db).redeem('lgn_1'));
    assert.equal(fulfilled(redeemed).filter(Boolean).length, 1);
  });

  it('who follows events misses none, although their numbers are given before they are seen', async () => {
    const logs = pools.map((db) => new SqlEventLog(db, systemClock));
    let done = false;
    const seen: number[] = [];
    const follow = (async () => {
      for (let last = 0; ; ) {
        const over = done;
        const behind = await pools[1]
          .selectFrom('events')
          .select('id')
          .where('id', '>', last)
          .orderBy('id')
          .execute();
        seen.push(...behind.map(({ id }) => id));
        last = seen.at(-1) ?? last;
        if (over) return;
      }
    })();
    for (let round = 0; round < 10; round += 1)
      await atOnce(
        (_, number) =>
          logs[number % 2]?.append({ app: null, kind: 'app.created', message: '' }) ?? Promise.resolve(),
      );
    done = true;
    await follow;
    const { count } = await pools[0]
      .selectFrom('events')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    assert.equal(seen.length, count);
  });

  it('a manifest keeps its blocks while others are removed', async () => {
    const stores = pools.map((db) => new SqlBundleStore(db));
    for (let round = 0; round < 10; round += 1) {
      const block = { digest: `digest ${round}`, text: '{"type":"directory","path":"a"}\n' };
      await stores[0]?.keepBlocks('app_a', [block]);
      await Promise.all([
        stores[0]?.announceBlocks({ id: `b${round}`, appId: 'app_a', blocks: [block], at }),
        stores[1]?.remove('app_a', ['none']),
      ]);
      assert.equal((await stores[0]?.blocks('app_a', [block.digest]))?.size, 1, `round ${round}`);
    }
  });

  it('the audit log has one chain: who wrote without knowing of the other is refused', async () => {
    const [one, other] = await Promise.all(pools.map((db) => SqlAuditLog.open(db, systemClock)));
    assert.ok(one !== undefined && other !== undefined);
    const event = {
      user: 'ann',
      action: 'app.create',
      target: 'app/a',
      result: 'succeeded',
      errorCode: null,
      client: 'local',
      invocationId: null,
      requestId: 'req_1',
      details: { text: 'a NUL \0 is kept' },
    } as const;
    await one.append(event);
    await assert.rejects(other.append(event), { code: 'database_in_use' });
    await one.append({ ...event, target: 'session/ses_1\0' });
    const { items } = await one.list({});
    assert.deepEqual(
      items.map(({ id, details }) => [id, details.text]),
      [
        [2, event.details.text],
        [1, event.details.text],
      ],
    );
  });
});

it('text is compared and sorted by its bytes, as in SQLite, and may not hold a NUL', async () => {
  const users = new SqlUserStore(pools[0]);
  for (const name of ['b', 'B', 'a', 'Z', 'é', 'z', '_', '-'])
    await users.create({
      id: `usr_${name}`,
      name: `s${name}`,
      kind: 'user',
      createdAt: at,
      createdBy: 'root',
      disabledAt: null,
    });
  const sorted = ['-', 'B', 'Z', '_', 'a', 'b', 'z', 'é'].map((name) => `s${name}`);
  const { items } = await users.list({ limit: 100 });
  assert.deepEqual(
    items.map(({ name }) => name).filter((name) => name.startsWith('s')),
    sorted,
  );
  await assert.rejects(
    users.create({
      id: 'usr_nul',
      name: 'a\0',
      kind: 'user',
      createdAt: at,
      createdBy: 'root',
      disabledAt: null,
    }),
    { code: 'invalid_input' },
  );
});
