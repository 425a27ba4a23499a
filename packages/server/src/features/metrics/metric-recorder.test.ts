import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { bucketOf, type EdgeMetrics, NO_TRAFFIC } from '@rig-ops/contract/edge-metrics';
import type { InstanceReport, ProcessUsage } from '@rig-ops/contract/supervisor';
import type { Edge } from '../deploys/edge.ts';
import { MetricRecorder } from './metric-recorder.ts';
import type { MetricPointStore, StoredPoint } from './metric-point-store.ts';

const BEGIN = Date.UTC(2026, 0, 2, 3, 0, 0);

/** A platform with one app of two instances, at a time that the test sets. */
function build(stored: { step: number; at: number; point: StoredPoint }[] = []) {
  const world = {
    now: BEGIN,
    /** By how much the time of day was set forward. */
    jumped: 0,
    epoch: 'one',
    isEdgeDown: false,
    isEngineHung: false,
    /** Requests so far, all with this latency. */
    counts: { 'i-1': { requests: 0, errors: 0, ms: 10 }, 'i-2': { requests: 0, errors: 0, ms: 10 } },
    usage: [
      { instance: 'i-1', cpuPercent: 10, memoryBytes: 1000 },
      { instance: 'i-2', cpuPercent: 30, memoryBytes: 3000 },
    ] as ProcessUsage[],
  };
  const instances = ['i-1', 'i-2'].map((id, index) => ({
    spec: { id, appId: 'app', name: `web.${index + 1}` },
    state: 'running',
  })) as InstanceReport[];
  const edge: Edge = {
    status: () => Promise.reject(new Error('not asked')),
    metrics: async (): Promise<EdgeMetrics> => {
      if (world.isEdgeDown) throw new Error('down');
      const told = Object.entries(world.counts).map(([instance, { errors, ms, requests }]) => ({
        ...NO_TRAFFIC,
        instance,
        name: 'web',
        release: 1,
        requests,
        errors,
        latency: [[bucketOf(ms), requests]] as const,
      }));
      return {
        epoch: world.epoch,
        since: '',
        apps: [{ app: 'app', releases: [], instances: told }],
      };
    },
  };
  const store: MetricPointStore = {
    add: async (step, at, point) => void stored.push({ step, at, point }),
    since: async (step, from, limit) =>
      stored
        .filter((each) => each.step === step && each.at >= from)
        .map(({ at, point }) => ({ at, point }))
        .slice(0, limit),
    removeBefore: async () => undefined,
  };
  const recorder = new MetricRecorder({
    edge,
    engine: {
      instances: async () => instances,
      usage: () => (world.isEngineHung ? new Promise(() => undefined) : Promise.resolve(world.usage)),
    },
    store,
    root: tmpdir(),
    clock: { now: () => new Date(world.now + world.jumped) },
    steadySeconds: () => world.now / 1000,
    log: { error: assert.fail, warn: assert.fail, info: () => undefined, debug: () => undefined } as never,
  });
  /** Lets seconds pass, each with so many more requests of the first instance. */
  const pass = async (seconds: number, requests = 0) => {
    for (let second = 0; second < seconds; second += 1) {
      world.now += 1000;
      world.counts['i-1'].requests += requests;
      await recorder.measure();
    }
  };
  const at = (step: number) => Math.floor((world.now + world.jumped) / 1000 / step);
  return { recorder, world, pass, at, stored };
}

test('counters become rates of each step, and quantiles those of its own requests', async () => {
  const { recorder, pass, at } = build();
  await recorder.measure();
  await pass(10, 4);
  await pass(1, 0);
  const app = recorder.book.app('app');
  assert.deepEqual(app.read(1, at(1) - 2, at(1)).requests, [4, 4, 0]);
  assert.deepEqual(app.read(10, at(10), at(10)).requests, [4]);
  const [p95] = app.read(1, at(1) - 1, at(1) - 1).p95;
  assert.ok(p95 !== null && p95 !== undefined && p95 >= 10 && p95 <= 11.25, String(p95));
  assert.deepEqual(app.read(1, at(1), at(1)).p95, [null], 'nobody asked, so nothing took any time');
  const instance = recorder.book.instances.get('i-2')?.set;
  assert.deepEqual(instance?.read(10, at(10), at(10)).requests, [0]);
});

test('what instances use is added up, and is the mean over a longer step', async () => {
  const { recorder, pass, at, world } = build();
  await recorder.measure();
  await pass(4);
  world.usage = world.usage.map((each) => ({ ...each, cpuPercent: 100 }));
  await pass(6);
  const app = recorder.book.app('app').read(1, at(1), at(1));
  assert.deepEqual([app.cpu, app.memory, app.instances], [[200], [4000], [2]]);
  const [mean] = recorder.book.app('app').read(10, at(10), at(10)).cpu;
  assert.ok(mean !== null && mean !== undefined && mean > 40 && mean < 200, String(mean));
});

test('an edge that starts again or does not answer makes holes, never a wrong rate', async () => {
  const { recorder, pass, at, world } = build();
  await recorder.measure();
  await pass(2, 5);
  world.isEdgeDown = true;
  await pass(1, 5);
  world.isEdgeDown = false;
  world.epoch = 'two';
  world.counts['i-1'].requests = 1;
  await pass(2, 5);
  const { requests } = recorder.book.app('app').read(1, at(1) - 4, at(1));
  assert.deepEqual(requests, [5, 5, null, null, 5]);
});

test('longer steps outlive the recorder', async () => {
  const first = build();
  await first.recorder.measure();
  await first.pass(60, 2);
  const second = build(first.stored);
  second.world.now = first.world.now + 1000;
  await second.recorder.start();
  await second.recorder.stop();
  const { recorder, at } = second;
  assert.deepEqual(recorder.book.app('app').read(60, at(60), at(60)).requests, [2]);
  assert.deepEqual(recorder.book.app('app').read(10, at(10) - 5, at(10)).requests, [2, 2, 2, 2, 2, 2]);
  assert.deepEqual(recorder.book.app('app').read(1, at(1) - 1, at(1)).requests, [null, null]);
});

test('a clock that is set forward or back makes no wrong rate, and measuring goes on', async () => {
  const { recorder, pass, at, world } = build();
  await recorder.measure();
  await pass(5, 3);
  for (const jump of [3_600_000, -7_200_000, 3_595_000]) {
    world.jumped += jump;
    await pass(3, 3);
    const { requests } = recorder.book.app('app').read(1, at(1) - 2, at(1));
    assert.deepEqual(requests, [3, 3, 3], `after a jump of ${jump / 1000} s`);
  }
});

test('an engine that hangs takes its figures with it, not those of the traffic', async () => {
  const { recorder, pass, at, world } = build();
  await recorder.measure();
  await pass(5, 1);
  world.isEngineHung = true;
  await pass(5, 1);
  const app = recorder.book.app('app').read(1, at(1) - 1, at(1));
  assert.deepEqual(
    [app.requests, app.cpu],
    [
      [1, 1],
      [40, null],
    ],
  );
});
