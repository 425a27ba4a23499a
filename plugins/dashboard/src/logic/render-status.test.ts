import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AppDetails, Instance, Status } from '@rig-ops/contract/resources';
import { textWidth } from '@rig-ops/kit/text';
import { statusOf } from '../testing/status-of.ts';
import { renderStatus } from './render-status.ts';

const now = new Date('2026-01-02T03:04:05Z');
const plain = (_: unknown, text: string) => text;

const instance = (part: Partial<Instance>): Instance => ({
  id: 'i1',
  name: 'web.1',
  process: 'web',
  release: 3,
  state: 'running',
  health: 'healthy',
  startedAt: '2026-01-02T03:02:05Z',
  restarts: 0,
  exitCode: null,
  cpuPercent: 0.25,
  memoryBytes: 45_000_000,
  ...part,
});

const app = (part: Partial<AppDetails>): AppDetails => ({
  id: 'a1',
  name: 'hello-node',
  network: 'default',
  url: 'http://127.0.0.1:40123',
  release: 3,
  status: 'running',
  createdAt: '2026-01-01T00:00:00Z',
  processes: [{ name: 'web', command: ['node', '.'], instances: 1 }],
  instances: [instance({})],
  lock: null,
  ...part,
});

const status = (part: Partial<Status>): Status => statusOf({ apps: [app({})], ...part });

const troubled = status({
  healthy: false,
  apps: [
    app({}),
    app({
      name: 'a-shop-with-a-name-of-forty-characters-x',
      url: 'http://127.0.0.1:40124',
      release: 120,
      status: 'degraded',
      processes: [
        { name: 'web', command: ['./web'], instances: 2 },
        { name: 'worker', command: ['./worker'], instances: 1 },
      ],
      instances: [
        instance({ health: 'unhealthy', cpuPercent: 99.6, memoryBytes: 1_500_000_000, restarts: 12 }),
        instance({
          name: 'worker.1',
          process: 'worker',
          state: 'crashed',
          cpuPercent: null,
          memoryBytes: null,
        }),
      ],
    }),
    app({ name: 'empty', url: null, release: null, status: 'empty', processes: [], instances: [] }),
  ],
  events: [
    {
      id: 9,
      at: '2026-01-02T03:03:05Z',
      app: 'hello-node',
      network: 'default',
      kind: 'release.live',
      user: 'ada',
      details: { release: 3 },
      message: 'Release v3 is live.',
    },
    {
      id: 8,
      at: '2026-01-02T00:04:05Z',
      app: null,
      network: null,
      kind: 'platform.started',
      user: null,
      details: {},
      message: `Started \u001b[31m${'x'.repeat(90)}`,
    },
  ],
  problems: [
    {
      code: 'app_degraded',
      app: 'a-shop-with-a-name-of-forty-characters-x',
      message: 'Only 1 of 3 instances runs; worker.1 ended with exit code 1 and is not started again.',
      fix: 'Read its log: rig logs app a-shop-with-a-name-of-forty-characters-x',
    },
    { code: 'disk_low', app: null, message: 'Little disk space is left.', fix: 'Free some space.' },
  ],
});

test('no line is wider than the terminal, at 80 columns and at 200', () => {
  for (const width of [80, 120, 200]) {
    for (const line of renderStatus(troubled, { width, height: null, now, style: plain }).split('\n')) {
      assert.ok(textWidth(line) <= width, `${textWidth(line)} > ${width}: ${line}`);
    }
    assert.match(
      renderStatus(troubled, { width, height: null, now, style: plain }),
      /http:\/\/127\.0\.0\.1:40124$/m,
    );
  }
});

test('80 columns show what matters of a healthy platform', () => {
  assert.equal(
    renderStatus(status({}), { width: 80, height: null, now, style: plain }),
    `All is well.

platform  0.1.0 · up 3 h · http://127.0.0.1:40001 · memory 64 MB
engine    process · apps are isolated
edge      http://127.0.0.1:40002
disk      12 GB free

APP         STATUS   REL  INST   CPU  MEMORY  URL
hello-node  running  v3   1/1   0.3%   45 MB  http://127.0.0.1:40123`,
  );
});

test('200 columns show everything of a troubled platform', () => {
  assert.equal(
    renderStatus(troubled, { width: 200, height: null, now, style: plain }),
    `2 problems
  ! a-shop-with-a-name-of-forty-characters-x: Only 1 of 3 instances runs; worker.1 ended with exit code 1 and is not started again.
    fix: Read its log: rig logs app a-shop-with-a-name-of-forty-characters-x
  ! Little disk space is left.
    fix: Free some space.

platform  0.1.0 · up 3 h · http://127.0.0.1:40001 · memory 64 MB
engine    process · apps are isolated
edge      http://127.0.0.1:40002
disk      12 GB free

APP                                       STATUS    RELEASE  INSTANCES            HEALTH     RESTARTS   CPU  MEMORY  STARTED    URL
a-shop-with-a-name-of-forty-characters-x  degraded  v120     web 1/2, worker 0/1  unhealthy        12  100%  1.5 GB  2 min ago  http://127.0.0.1:40124
hello-node                                running   v3       web 1/1              healthy           0  0.3%   45 MB  2 min ago  http://127.0.0.1:40123
empty                                     empty     -        -                    -                 0     -       -  -          -

LATEST EVENTS
  1 min ago  hello-node  Release v3 is live.
    3 h ago  platform    Started ␛[31m${'x'.repeat(90)}`,
  );
});

test('problems and unhealthy apps stand out, and a platform without apps says how to begin', () => {
  const colours: Record<string, number> = { good: 32, bad: 31 };
  const style = (kind: string, text: string) => `\u001b[${colours[kind] ?? 2}m${text}\u001b[39m`;
  const marked = renderStatus(troubled, { width: 80, height: null, now, style });
  for (const text of ['31m2 problems', '31munhealthy', '32mrunning']) {
    assert.ok(marked.includes(`\u001b[${text}\u001b[39m`), marked);
  }
  assert.match(
    renderStatus(status({ apps: [] }), { width: 80, height: null, now, style: plain }),
    /No apps yet.*rig deploy/,
  );
  const down = status({ platform: { ...status({}).platform, edgeUrl: null } });
  assert.match(renderStatus(down, { width: 80, height: null, now, style: plain }), /edge {6}down/);
});

const many = (count: number, broken: number): Partial<Status> => {
  const names = Array.from({ length: count }, (_, number) => `app-${String(number).padStart(2, '0')}`);
  const isBroken = (place: number) => place >= count - broken;
  return {
    healthy: broken === 0,
    apps: names.map((name, place) => app({ name, status: isBroken(place) ? 'degraded' : 'running' })),
    problems: names
      .filter((_, place) => isBroken(place))
      .map((name) => ({
        code: 'app_degraded',
        app: name,
        message: `${name} has 0 of 1 instances running.`,
        fix: `Run \`rig logs app ${name}\`.`,
      })),
    events: troubled.events,
  };
};

test('fifty apps fit on a terminal of 24 rows: what is wrong first, the rest counted', () => {
  for (const [broken, height] of [
    [0, 24],
    [2, 24],
    [3, 24],
    [8, 30],
    [50, 30],
  ] as const) {
    const lines = renderStatus(status(many(50, broken)), { width: 80, height, now, style: plain }).split(
      '\n',
    );
    // The prompt comes below.
    assert.ok(lines.length < height, `${broken} broken: ${lines.length} lines\n${lines.join('\n')}`);
    assert.match(lines[0] ?? '', broken === 0 ? /All is well/ : new RegExp(`^${broken} problem`));
  }
  const shown = renderStatus(status(many(50, 2)), { width: 80, height: 24, now, style: plain });
  assert.match(shown, /^APP .*\napp-48 +degraded.*\napp-49 +degraded.*\napp-00 +running/m);
  assert.match(shown, /^… and 4\d more that run as they should: rig status --all$/m);
  const all = renderStatus(status(many(50, 8)), { width: 80, height: null, now, style: plain });
  assert.equal(all.match(/^app-\d+ /gm)?.length, 50);
  assert.equal(all.match(/^ {4}fix:/gm)?.length, 8);
});

test('what there is beside apps is told in a line each, and what there is not takes none', () => {
  const shown = renderStatus(
    status({
      engine: { ...statusOf().engine, isolated: false, why: 'it does not run as root' },
      networks: [
        { name: 'default', apps: 1, running: 1, problems: 0 },
        { name: 'staging', apps: 9, running: 7, problems: 2 },
      ],
      deploys: [
        {
          id: 'd',
          app: 'shop',
          kind: 'deploy',
          release: 4,
          step: 'health',
          startedAt: '2026-01-02T03:04:00Z',
          user: 'ann',
        },
        {
          id: 'e',
          app: 'blog',
          kind: 'rollback',
          release: null,
          step: 'queued',
          startedAt: '2026-01-02T03:03:00Z',
          user: 'bob',
        },
      ],
      sessions: { running: 3, attached: 1, detached: 2, recording: 1 },
      drains: [
        { name: 'otel', kind: 'logs', state: 'ok', lagRecords: 2, message: null },
        { name: 'siem', kind: 'audit', state: 'failing', lagRecords: 70, message: 'connection refused' },
      ],
      storage: {
        root: '/state',
        diskFreeBytes: 12_000_000_000,
        diskTotalBytes: 50_000_000_000,
        measuredAt: '2026-01-02T03:04:00Z',
        parts: [
          { name: 'logs', bytes: 2_000_000_000, limitBytes: 10_737_418_240, keeps: '' },
          { name: 'database', bytes: 3_000_000_000, limitBytes: null, keeps: '' },
          { name: 'audit', bytes: 4_096, limitBytes: null, keeps: '' },
        ],
      },
    }),
    { width: 80, height: null, now, style: plain },
  );
  assert.ok(
    shown.includes(
      `engine    process · apps are not isolated: it does not run as root
edge      http://127.0.0.1:40002
networks  default 1 app · staging 9 apps, 2 with problems
deploys   shop v4 · health · 5 s ago · ann
          blog (rollback) · queued · 1 min ago · bob
sessions  3 run · 1 attached · 2 detached · 1 recorded
drains    otel ok · siem (audit) failing, 70 behind: connection refused
disk      12 GB of 50 GB free · database 3.0 GB · logs 2.0 GB of 11 GB\n`,
    ),
    shown,
  );
});
