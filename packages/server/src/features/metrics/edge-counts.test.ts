import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type EdgeMetrics, type InstanceTraffic, NO_TRAFFIC } from '@rig-ops/contract/edge-metrics';
import { EdgeCounts } from './edge-counts.ts';

const counted = (instance: string, requests: number): InstanceTraffic => ({
  ...NO_TRAFFIC,
  instance,
  name: 'web.1',
  release: 1,
  requests,
});

const answer = (
  apps: Record<string, InstanceTraffic[]>,
  { epoch = 'one', ...change }: Partial<EdgeMetrics> = {},
): EdgeMetrics => ({
  epoch,
  since: '',
  tick: 1,
  apps: Object.entries(apps).map(([app, instances]) => ({ app, releases: [], instances })),
  ...change,
});

const requestsOf = (counts: EdgeCounts, told: EdgeMetrics) =>
  [...counts.take(told).apps].map(([app, instances]) => [
    app,
    Object.fromEntries([...instances].map(([id, { requests }]) => [id, requests])),
  ]);

test('what has changed is put to what is known, which stays the very same', () => {
  const counts = new EdgeCounts();
  assert.equal(counts.mark, undefined);
  const first = counts.take(answer({ a: [counted('a1', 1), counted('a2', 1)], b: [counted('b1', 5)] }));
  assert.deepEqual(counts.mark, { epoch: 'one', tick: 1 });
  const second = counts.take(answer({ a: [counted('a2', 3)] }, { tick: 2, partial: true }));
  assert.equal(second.apps.get('b'), first.apps.get('b'));
  assert.equal(second.apps.get('a')?.get('a1'), first.apps.get('a')?.get('a1'));
  assert.equal(second.apps.get('a')?.get('a2')?.requests, 3);
  assert.equal(first.apps.get('a')?.get('a2')?.requests, 1, 'what was told before stays as it was');
  assert.deepEqual(counts.mark, { epoch: 'one', tick: 2 });
});

test('an answer with everything forgets what is not in it, and knows again what is', () => {
  const counts = new EdgeCounts();
  const first = counts.take(answer({ a: [counted('a1', 1), counted('a2', 1)], b: [counted('b1', 5)] }));
  counts.askForAll();
  assert.equal(counts.mark, undefined);
  const second = counts.take(answer({ a: [counted('a1', 1)], b: [counted('b1', 5)] }, { tick: 9 }));
  assert.equal(second.apps.get('b'), first.apps.get('b'));
  assert.deepEqual([...(second.apps.get('a')?.keys() ?? [])], ['a1']);
  assert.deepEqual([...counts.take(answer({}, { tick: 10 })).apps], []);
});

test('nothing of an edge before goes on, and one that has no numbers is asked for everything', () => {
  const counts = new EdgeCounts();
  counts.take(answer({ a: [counted('a1', 8)], b: [counted('b1', 5)] }));
  const { tick: _, ...old } = answer({ a: [counted('a1', 2)] }, { epoch: 'two' });
  assert.deepEqual(requestsOf(counts, old), [['a', { a1: 2 }]]);
  assert.equal(counts.mark, undefined);
});
