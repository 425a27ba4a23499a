import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeMetrics, NOW } from '../../testing/make-status.ts';
import { MetricsHistory } from './metrics-history.ts';

test('answers are joined: what is known counts once, what is missing is null', () => {
  const history = new MetricsHistory('1s', 10);
  assert.equal(history.after, undefined);
  history.merge(makeMetrics(0, 3, { shop: { requests: [1, 2, 3] } }));
  assert.equal(history.after, new Date(NOW + 2000).toISOString());
  history.merge(makeMetrics(1, 3, { shop: { requests: [20, 30, 4] } }));
  assert.deepEqual(history.app('shop')?.requests, [1, 2, 3, 4]);
  history.merge(makeMetrics(6, 1, { shop: { requests: [7] } }));
  assert.deepEqual(history.app('shop')?.requests, [1, 2, 3, 4, null, null, 7]);
  history.merge(makeMetrics(5, 2, { shop: { requests: [6, 70] } }));
  history.merge(makeMetrics(9, 0, {}));
  assert.deepEqual(history.app('shop')?.requests, [1, 2, 3, 4, null, null, 7]);
});

test('it holds so many points, whatever comes', () => {
  const history = new MetricsHistory('1s', 4);
  for (let at = 0; at < 20; at += 1) history.merge(makeMetrics(at, 1, { shop: { cpu: [at] } }));
  assert.deepEqual(history.app('shop')?.cpu, [16, 17, 18, 19]);
  history.merge(makeMetrics(1_000_000, 2, { shop: { cpu: [1, 2] } }));
  assert.deepEqual(history.app('shop')?.cpu, [null, null, 1, 2]);
  assert.deepEqual(history.platform?.cpu, [null, null, null, null]);
});

test('apps that come later end at the same time; those that are gone are forgotten', () => {
  const history = new MetricsHistory('1s', 10);
  history.merge(makeMetrics(0, 2, { shop: { cpu: [1, 2] } }));
  history.merge(makeMetrics(2, 1, { shop: { cpu: [3] }, blog: { cpu: [9] } }));
  assert.deepEqual(history.app('blog')?.cpu, [null, null, 9]);
  history.merge(makeMetrics(3, 1, { blog: { cpu: [8] } }));
  assert.deepEqual(history.app('shop')?.cpu, [1, 2, 3, null]);
  history.retainApps(new Set(['blog']));
  assert.equal(history.app('shop'), undefined);
  assert.deepEqual(history.app('blog')?.cpu, [null, null, 9, 8]);
});
