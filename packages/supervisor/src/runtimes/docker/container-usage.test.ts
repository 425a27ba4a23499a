import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { RigError } from '@rig-ops/contract/errors';
import type { InstanceReport } from '@rig-ops/contract/supervisor';
import type { ContainerStats } from '@rig-ops/docker';
import { ContainerUsage } from './container-usage.ts';

const BEGUN = Date.parse('2026-01-01T00:00:00Z');
const reportOf = (id: string) =>
  ({ spec: { id }, startedAt: new Date(BEGUN).toISOString() }) as unknown as InstanceReport;
const statsAt = (ms: number, cpuMs: number): ContainerStats => ({
  read: new Date(BEGUN + ms).toISOString(),
  cpu_stats: { cpu_usage: { total_usage: cpuMs * 1e6 } },
  memory_stats: { usage: 5000, stats: { inactive_file: 1000 } },
});

test('tells of a daemon that hangs what it has told before, and asks nothing twice at a time', async () => {
  const asked: string[] = [];
  let hangs = false;
  const usage = new ContainerUsage(async (id) => {
    asked.push(id);
    if (hangs) await new Promise<never>(() => {});
    return statsAt(10_000, 5_000);
  });
  const known = [{ instance: 'one', cpuPercent: 50, memoryBytes: 4000 }];
  assert.deepEqual(await usage.sample([reportOf('one')]), known);
  hangs = true;
  await delay(1_050);
  assert.deepEqual(await usage.sample([reportOf('one')]), known);
  const both = [reportOf('one'), reportOf('new')];
  assert.deepEqual(await Promise.all([usage.sample(both), usage.sample(both)]), [known, known]);
  assert.deepEqual(asked, ['one', 'one', 'new']);
  // What does not run any more is not told.
  assert.deepEqual(await usage.sample([]), []);
});

test('asks about some at a time, about all of them, and soon about what is new', async () => {
  const instances = Array.from({ length: 120 }, (_, index) => reportOf(`ins_${index}`));
  const under = new Set<string>();
  let most = 0;
  const asked: string[] = [];
  const usage = new ContainerUsage(async (id) => {
    asked.push(id);
    under.add(id);
    most = Math.max(most, under.size);
    await delay(200);
    under.delete(id);
    return statsAt(1_000, 0);
  });
  // Longer than one is waited for.
  assert.ok((await usage.sample(instances)).length < 120);
  while (under.size > 0) await delay(20);
  assert.equal((await usage.sample(instances)).length, 120);
  assert.deepEqual([most, asked.length, new Set(asked).size], [50, 120, 120]);
  const last = instances.slice(-1);
  assert.equal((await usage.sample([...last, reportOf('new')])).length, 2);
  assert.ok(asked.includes('new'));
});

test('asks a daemon that is away nothing more', async () => {
  let asked = 0;
  const usage = new ContainerUsage(async () => {
    asked += 1;
    throw new RigError('docker_unreachable', 'It does not answer.');
  });
  const all = Array.from({ length: 200 }, (_, index) => reportOf(`ins_${index}`));
  assert.deepEqual(await usage.sample(all), []);
  assert.ok(asked <= 50, `${asked} questions`);
});
