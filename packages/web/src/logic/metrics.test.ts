import assert from 'node:assert/strict';
import test from 'node:test';
import type { Metrics } from '@rig-ops/contract/resources';
import { latestOf, mostOfSeries, shareSeries, sumSeries } from './combine-series.ts';
import { mergeMetrics, timesOf } from './merge-metrics.ts';

const START = Date.parse('2026-01-02T03:04:00Z');
const at = (second: number) => new Date(START + second * 1000).toISOString();

function metrics(first: number, requests: Record<string, (number | null)[]>): Metrics {
  const length = Math.max(0, ...Object.values(requests).map((values) => values.length));
  return {
    step: '1s',
    from: at(first),
    to: length === 0 ? null : at(first + length - 1),
    platform: null,
    apps: Object.entries(requests).map(
      ([app, values]) => ({ app, requests: values }) as Metrics['apps'][number],
    ),
    instances: [],
  };
}

const requestsOf = (of: Metrics, app: string) => of.apps.find((entry) => entry.app === app)?.requests;

test('points that come are put behind those that are there', () => {
  const merged = mergeMetrics(metrics(0, { a: [1, 2] }), metrics(2, { a: [3] }), 10);
  assert.deepEqual(requestsOf(merged, 'a'), [1, 2, 3]);
  assert.deepEqual([merged.from, merged.to], [at(0), at(2)]);
  assert.equal(timesOf(merged).length, 3);
});

test('only so many are kept, the latest', () => {
  const merged = mergeMetrics(metrics(0, { a: [1, 2, 3] }), metrics(3, { a: [4] }), 2);
  assert.deepEqual(requestsOf(merged, 'a'), [3, 4]);
  assert.equal(merged.from, at(2));
});

test('a gap is a gap, and what is told again is not shown twice', () => {
  assert.deepEqual(requestsOf(mergeMetrics(metrics(0, { a: [1] }), metrics(3, { a: [4] }), 10), 'a'), [
    1,
    null,
    null,
    4,
  ]);
  assert.deepEqual(
    requestsOf(mergeMetrics(metrics(0, { a: [1, 2, 3] }), metrics(1, { a: [9, 9] }), 10), 'a'),
    [1, 9, 9],
  );
});

test('an app that is new has no past, one that is gone is forgotten', () => {
  const merged = mergeMetrics(metrics(0, { a: [1, 2] }), metrics(2, { b: [5] }), 10);
  assert.deepEqual(requestsOf(merged, 'b'), [null, null, 5]);
  assert.equal(requestsOf(merged, 'a'), undefined);
});

test('no new points change nothing; another step or a clock set back begins anew', () => {
  const old = metrics(5, { a: [1] });
  assert.equal(mergeMetrics(old, metrics(6, {}), 10), old);
  assert.deepEqual(requestsOf(mergeMetrics(old, metrics(0, { a: [7] }), 10), 'a'), [7]);
  assert.equal(mergeMetrics(old, { ...metrics(6, { a: [2] }), step: '10s' }, 10).step, '10s');
  assert.deepEqual(timesOf(metrics(0, {})), []);
});

test('series are added from their ends', () => {
  assert.deepEqual(sumSeries([[1, 2, null], [10]]), [1, 2, 10]);
  assert.deepEqual(
    mostOfSeries([
      [1, 5],
      [3, null],
    ]),
    [3, 5],
  );
  assert.deepEqual(sumSeries([]), []);
  assert.equal(latestOf([1, null]), 1);
  assert.equal(latestOf([null]), null);
  assert.equal(latestOf([1, null, null, null, null, null]), null);
  assert.deepEqual(shareSeries([1, 0, null], [4, 0, 2]), [25, null, 0]);
});
