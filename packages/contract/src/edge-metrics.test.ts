import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  addTraffic,
  BUCKETS,
  boundOf,
  bucketOf,
  NO_TRAFFIC,
  quantileOf,
  subtractTraffic,
} from './edge-metrics.ts';

it('every duration is below the bound of its bucket and above the one before, to within an eighth', () => {
  for (let ms = 0.01; ms < 120_000; ms *= 1.037) {
    const bucket = bucketOf(ms);
    assert.ok(ms <= boundOf(bucket) * 1.000001, `${ms} in ${bucket}`);
    if (bucket === 0) continue;
    assert.ok(ms >= boundOf(bucket - 1) * 0.999999, `${ms} in ${bucket}`);
    assert.ok(boundOf(bucket) / boundOf(bucket - 1) <= 1.126, `width of ${bucket}`);
  }
});

it('what is no duration and what never ends have a bucket as well', () => {
  assert.equal(bucketOf(Number.NaN), 0);
  assert.equal(bucketOf(-1), 0);
  assert.equal(bucketOf(10_000_000), BUCKETS - 1);
  assert.equal(boundOf(BUCKETS - 1), Number.POSITIVE_INFINITY);
});

it('quantiles are bounds of what was counted', () => {
  assert.equal(quantileOf([], 0.5), null);
  const histogram = [
    [bucketOf(1), 90],
    [bucketOf(100), 10],
  ] as const;
  assert.equal(quantileOf(histogram, 0.5), boundOf(bucketOf(1)));
  assert.equal(quantileOf(histogram, 0.95), boundOf(bucketOf(100)));
});

it('differences and sums of counts undo each other', () => {
  const one = { ...NO_TRAFFIC, requests: 3, errors: 1, latency: [[2, 3]] as const };
  const two = {
    ...NO_TRAFFIC,
    requests: 5,
    bytesOut: 7,
    latency: [
      [1, 1],
      [2, 4],
    ] as const,
  };
  assert.deepEqual(subtractTraffic(addTraffic(one, two), one), two);
});
