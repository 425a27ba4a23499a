import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { platformLayout } from '@rig-ops/contract/layout';
import type { AppDetails, AuditDrain, LogDrain } from '@rig-ops/contract/resources';
import type { SessionReport } from '@rig-ops/contract/supervisor-sessions';
import { systemClock } from '../../clock.ts';
import { prepareFolders } from '../../prepare-folders.ts';
import { makeTemporaryFolder } from '../../testing/temporary-folder.ts';
import { type Grant, type Reach, reaches, type Subject } from '../access/decide.ts';
import { FakeEventLog } from '../events/testing/fake-event-log.ts';
import { sessionRow } from '../sessions/testing/session-row.ts';
import type { ToldEngine } from './describe-engine.ts';
import { StatusService, type StatusServiceDeps } from './status-service.ts';

const app = (name: string, network: string, status: AppDetails['status'] = 'running'): AppDetails => ({
  id: `app_${name}`,
  name,
  network,
  url: null,
  release: 1,
  status,
  createdAt: '2026-01-02T03:04:05.678Z',
  processes: [],
  instances: [],
  lock: null,
});

const apps = [app('shop', 'default'), app('blog', 'default', 'degraded'), app('till', 'staging')];

const deploy = (appName: string, status: 'running' | 'queued') => ({
  id: `dep_${appName}`,
  appId: `app_${appName}`,
  appName,
  kind: 'deploy',
  status,
  step: status === 'queued' ? null : 'health',
  release: status === 'queued' ? null : 4,
  createdAt: '2026-01-02T03:04:05.678Z',
  createdBy: 'ann',
});

const report = (clients: number, recording: object | null = null) =>
  ({ state: 'running', clients: Array.from({ length: clients }), recording }) as unknown as SessionReport;

const drain = (name: string, change: object) => ({ name, lag: 0, failures: 0, lastError: null, ...change });

const database = { kind: 'sqlite' as const, host: null, port: null, name: '/state/rigd.sqlite' };

const engine = {
  name: 'fake',
  version: null,
  capabilities: {
    outlivesControlPlane: true,
    isolated: false,
    networks: { discovery: 'variables', isolated: false },
    users: false,
    usage: true,
    images: false,
    fetchesFiles: false,
    builds: 'machine',
    limits: false,
    logs: 'exactly-once',
    sessions: 'processes',
    forward: 'listening',
    copy: true,
  },
  isolationProblem: () => ({ why: 'no root', fix: null }),
} satisfies ToldEngine;

async function makeService(t: TestContext, change: Partial<StatusServiceDeps> = {}) {
  const layout = platformLayout(await makeTemporaryFolder(t));
  await prepareFolders(layout);
  const reports = new Map([
    ['ses_shop', report(1, { failure: null })],
    ['ses_till', report(0)],
    ['ses_over', { ...report(0), state: 'ended' } as SessionReport],
  ]);
  return new StatusService({
    apps: { listAll: async (reach: Reach) => apps.filter((each) => reaches(reach, each)) },
    deployments: {
      underWay: async () => [deploy('shop', 'running'), deploy('till', 'queued')],
      mirror: { session: (id: string) => reports.get(id) },
    } as unknown as StatusServiceDeps['deployments'],
    networks: { list: async () => ['default', 'staging'].map((name) => ({ name }) as never) },
    sessions: {
      running: async () => [
        sessionRow({ id: 'ses_shop', appId: 'app_shop' }),
        sessionRow({ id: 'ses_till', appId: 'app_till', network: 'staging', userId: 'usr_eve' }),
        sessionRow({ id: 'ses_over', appId: 'app_shop' }),
        sessionRow({ id: 'ses_soon', appId: 'app_shop' }),
      ],
    },
    drains: {
      logs: async () => [drain('otel', { lag: 3 }) as LogDrain],
      audit: () => [drain('siem', { lag: 7, failures: 4, lastError: 'refused' }) as AuditDrain],
    },
    storage: { latest: { measuredAt: '2026-01-02T03:04:05.678Z', sizes: new Map([['logs', 4096]]) } },
    retentions: {
      logs: async () => ({ days: 14, totalMegabytes: 1 }),
      recordings: async () => ({ days: 1, totalMegabytes: 2 }),
      audit: async () => ({ days: 400, records: 500_000 }),
    },
    reporters: [async () => [{ code: 'x', app: null, message: 'platform', fix: 'do' }]],
    events: new FakeEventLog(systemClock),
    edge: {
      status: async () => ({ pid: 1, generation: 1, hostPort: 8080, inFlight: {}, failedListeners: [] }),
      metrics: () => Promise.reject(new Error('nobody asks')),
    },
    layout,
    engines: { own: engine, inUse: [engine] },
    clock: systemClock,
    platform: {
      version: '1.2.3',
      startedAt: '2026-01-02T03:04:05.678Z',
      url: () => 'http://127.0.0.1:1',
      database,
    },
    ...change,
  });
}

const hangs = () => new Promise<never>(() => undefined);

const subject = (...grants: Grant[]): Subject => ({ userId: 'usr_ann', kind: 'user', grants });
const everywhere = { kind: 'platform' } as const;

describe('the status', () => {
  it('is whole for an admin', async (t) => {
    const status = await (await makeService(t)).read(subject({ role: 'admin', scope: everywhere }));
    assert.equal(status.apps.length, 3);
    assert.deepEqual(status.networks, [
      { name: 'default', apps: 2, running: 1, problems: 1 },
      { name: 'staging', apps: 1, running: 1, problems: 0 },
    ]);
    assert.deepEqual(
      status.deploys.map(({ app: of, release, step, user }) => [of, release, step, user]),
      [
        ['shop', 4, 'health', 'ann'],
        ['till', null, 'queued', 'ann'],
      ],
    );
    assert.deepEqual(status.sessions, { running: 2, attached: 1, detached: 1, recording: 1 });
    assert.deepEqual(status.drains, [
      { name: 'otel', kind: 'logs', state: 'ok', lagRecords: 3, message: null },
      { name: 'siem', kind: 'audit', state: 'failing', lagRecords: 7, message: 'refused' },
    ]);
    assert.equal(status.engine.why, 'no root');
    assert.deepEqual(
      status.storage?.parts.map(({ bytes, limitBytes, name }) => [name, bytes, limitBytes]),
      [['logs', 4096, 1024 * 1024]],
    );
    assert.deepEqual(
      status.problems.map(({ code, app: of }) => [code, of]),
      [
        ['x', null],
        ['app_degraded', 'blog'],
      ],
    );
  });

  it('of a viewer has no drains and nobody else in it', async (t) => {
    const status = await (await makeService(t)).read(subject({ role: 'viewer', scope: everywhere }));
    assert.equal(status.drains, null);
    assert.notEqual(status.storage, null);
    assert.deepEqual(status.sessions, { running: 1, attached: 1, detached: 0, recording: 1 });
  });

  it('of somebody with one app is about that app', async (t) => {
    const scope = { kind: 'app', appId: 'app_till' } as const;
    const service = await makeService(t);
    const status = await service.read({ ...subject({ role: 'operator', scope }), userId: 'usr_bob' });
    assert.deepEqual(
      status.apps.map(({ name }) => name),
      ['till'],
    );
    assert.deepEqual(status.networks, []);
    assert.deepEqual(
      status.deploys.map(({ app: of }) => of),
      ['till'],
    );
    assert.deepEqual(status.sessions, { running: 1, attached: 0, detached: 1, recording: 0 });
    assert.deepEqual([status.drains, status.storage, status.engine.why], [null, null, null]);
    assert.deepEqual([status.problems, status.healthy], [[], true]);
  });

  it('of somebody in one network is about that network', async (t) => {
    const scope = { kind: 'network', network: 'default' } as const;
    const status = await (await makeService(t)).read(subject({ role: 'viewer', scope }));
    assert.deepEqual(status.networks, [{ name: 'default', apps: 2, running: 1, problems: 1 }]);
    assert.deepEqual(
      status.deploys.map(({ app: of }) => of),
      ['shop'],
    );
    assert.deepEqual(
      status.problems.map(({ code }) => code),
      ['app_degraded'],
    );
  });

  it('comes although the edge hangs, and says so', async (t) => {
    const service = await makeService(t, { edge: { status: hangs, metrics: hangs } });
    const status = await service.read(subject({ role: 'admin', scope: everywhere }));
    assert.ok(status.problems.some(({ code }) => code === 'edge_unreachable'));
    assert.equal(status.platform.edgeUrl, null);
  });
});
