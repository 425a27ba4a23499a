import assert from 'node:assert/strict';
import test from 'node:test';
import type { AppDetails, Instance, Metrics } from '@rig-ops/contract/resources';
import { figuresOf, trafficOf } from './app-figures.ts';

const instance = (name: string, changes: Partial<Instance> = {}): Instance => ({
  id: name,
  name,
  process: 'web',
  release: 2,
  state: 'running',
  health: 'healthy',
  startedAt: '2026-01-01T00:00:00Z',
  restarts: 0,
  exitCode: null,
  cpuPercent: 1.5,
  memoryBytes: 100,
  ...changes,
});

const app = (instances: Instance[]): AppDetails => ({
  id: 'app_1',
  name: 'shop',
  network: 'default',
  url: null,
  release: 2,
  status: 'running',
  createdAt: '2026-01-01T00:00:00Z',
  processes: [{ name: 'web', command: ['node'], instances: 3 }],
  instances,
  lock: null,
});

test('instances of the live release that run and are not unhealthy are ready', () => {
  const { ready, wanted } = figuresOf(
    app([
      instance('web.1'),
      instance('web.2', { health: 'unknown' }),
      instance('web.3', { health: 'unhealthy' }),
      instance('web.4', { state: 'crashed' }),
      instance('web.1', { release: 1 }),
    ]),
  );
  assert.deepEqual([ready, wanted], [2, 3]);
});

test('what runs is added up, an instance that is not known apart', () => {
  const figures = figuresOf(
    app([
      instance('a', { restarts: 2 }),
      instance('b', { cpuPercent: null, memoryBytes: null, restarts: 1 }),
    ]),
  );
  assert.deepEqual([figures.cpu, figures.memory, figures.restarts], [1.5, 100, 3]);
  assert.deepEqual([figuresOf(app([])).cpu, figuresOf(app([])).memory], [null, null]);
});

test('traffic is that of the last seconds', () => {
  const series = {
    app: 'shop',
    requests: [100, 10, 20],
    errors: [100, 0, 3],
    p50: [9, null, 1],
    p95: [9, null, 2],
    p99: [9, 4, 3],
  } as unknown as Metrics['apps'][number];
  assert.deepEqual(trafficOf(series, 2), {
    requests: 15,
    errors: 1.5,
    errorShare: 10,
    p50: 1,
    p95: 2,
    p99: 4,
  });
  assert.equal(trafficOf(undefined, 2).requests, null);
  assert.equal(trafficOf({ ...series, requests: [0], errors: [0] }, 1).errorShare, null);
});
