import type { AppDetails, Instance, Metrics, Status } from '@rig-ops/contract/resources';
import { statusOf } from './status-of.ts';

/** When everything in these stories is. */
export const NOW = Date.parse('2026-03-01T12:00:00.000Z');

export function makeInstance(changes: Partial<Instance> = {}): Instance {
  return {
    id: 'ins_1',
    name: 'web.1',
    process: 'web',
    release: 3,
    state: 'running',
    health: 'healthy',
    startedAt: '2026-03-01T11:00:00.000Z',
    restarts: 0,
    exitCode: null,
    cpuPercent: 1.5,
    memoryBytes: 50_000_000,
    ...changes,
  };
}

export function makeApp(name: string, changes: Partial<AppDetails> = {}): AppDetails {
  return {
    id: `app_${name}`,
    name,
    network: 'default',
    url: `http://127.0.0.1:8000/${name}`,
    release: 3,
    status: 'running',
    createdAt: '2026-03-01T10:00:00.000Z',
    processes: [{ name: 'web', command: ['node', 'server.js'], instances: 1 }],
    instances: [makeInstance({ id: `ins_${name}` })],
    lock: null,
    ...changes,
  };
}

export function makeStatus(apps: AppDetails[], changes: Partial<Status> = {}): Status {
  return statusOf({ at: new Date(NOW).toISOString(), apps, ...changes });
}

const time = (seconds: number): string => new Date(NOW + seconds * 1000).toISOString();

type AppPoints = Metrics['apps'][number];

/** An answer of `count` points a second apart; `at` is the time of the first, in seconds behind {@link NOW}. */
export function makeMetrics(
  at: number,
  count: number,
  apps: Record<string, Partial<Omit<AppPoints, 'app'>>>,
): Metrics {
  const nothing = Array.from({ length: count }, () => null);
  return {
    step: '1s',
    from: time(at),
    to: count === 0 ? null : time(at + count - 1),
    platform: { cpu: nothing, memory: nothing, diskFree: nothing, eventLoop: nothing },
    apps: Object.entries(apps).map(([app, points]) => ({
      app,
      requests: nothing,
      errors: nothing,
      p50: nothing,
      p95: nothing,
      p99: nothing,
      bytesIn: nothing,
      bytesOut: nothing,
      cpu: nothing,
      memory: nothing,
      instances: nothing,
      ...points,
    })),
    instances: [],
  };
}
