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
    for (const line of renderStatus(troubled, { width, now, style: plain }).split('\n')) {
      assert.ok(textWidth(line) <= width, `${textWidth(line)} > ${width}: ${line}`);
    }
    assert.match(renderStatus(troubled, { width, now, style: plain }), /http:\/\/127\.0\.0\.1:40124$/m);
  }
});

test('80 columns show what matters of a healthy platform', () => {
  assert.equal(
    renderStatus(status({}), { width: 80, now, style: plain }),
    `platform 0.1.0 · process engine · up 3 h · memory 64 MB · disk free 12 GB
http://127.0.0.1:40001 · edge http://127.0.0.1:40002

All is well.

APP         STATUS   REL  INST   CPU  MEMORY  URL
hello-node  running  v3   1/1   0.3%   45 MB  http://127.0.0.1:40123`,
  );
});

test('200 columns show everything of a troubled platform', () => {
  assert.equal(
    renderStatus(troubled, { width: 200, now, style: plain }),
    `platform 0.1.0 · process engine · up 3 h · http://127.0.0.1:40001 · edge http://127.0.0.1:40002 · memory 64 MB · disk free 12 GB

2 problems
  ! a-shop-with-a-name-of-forty-characters-x: Only 1 of 3 instances runs; worker.1 ended with exit code 1 and is not started again.
    fix: Read its log: rig logs app a-shop-with-a-name-of-forty-characters-x
  ! Little disk space is left.
    fix: Free some space.

APP                                       STATUS    RELEASE  INSTANCES            HEALTH     RESTARTS   CPU  MEMORY  STARTED    URL
hello-node                                running   v3       web 1/1              healthy           0  0.3%   45 MB  2 min ago  http://127.0.0.1:40123
a-shop-with-a-name-of-forty-characters-x  degraded  v120     web 1/2, worker 0/1  unhealthy        12  100%  1.5 GB  2 min ago  http://127.0.0.1:40124
empty                                     empty     -        -                    -                 0     -       -  -          -

LATEST EVENTS
  1 min ago  hello-node  Release v3 is live.
    3 h ago  platform    Started ␛[31m${'x'.repeat(90)}`,
  );
});

test('problems and unhealthy apps stand out, and a platform without apps says how to begin', () => {
  const colours: Record<string, number> = { good: 32, bad: 31 };
  const style = (kind: string, text: string) => `\u001b[${colours[kind] ?? 2}m${text}\u001b[39m`;
  const marked = renderStatus(troubled, { width: 80, now, style });
  for (const text of ['31m2 problems', '31munhealthy', '32mrunning']) {
    assert.ok(marked.includes(`\u001b[${text}\u001b[39m`), marked);
  }
  assert.match(
    renderStatus(status({ apps: [] }), { width: 80, now, style: plain }),
    /No apps yet.*rig deploy/,
  );
  const down = status({ platform: { ...status({}).platform, edgeUrl: null } });
  assert.match(renderStatus(down, { width: 80, now, style: plain }), /edge down/);
});
