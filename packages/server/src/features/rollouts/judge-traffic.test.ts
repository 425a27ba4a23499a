import assert from 'node:assert/strict';
import { it } from 'node:test';
import { bucketOf, NO_TRAFFIC, type Traffic } from '@rig-ops/contract/edge-metrics';
import { judgeTraffic } from './judge-traffic.ts';

const limits = { errorPoints: 5, latencyPercent: 50, requests: 20 };
const traffic = (requests: number, errors: number, ms = 20, abandoned = 0): Traffic => ({
  ...NO_TRAFFIC,
  requests,
  errors,
  abandoned,
  latency: [[bucketOf(ms), requests + abandoned]],
});

it('more failures than allowed are worse, with the numbers', () => {
  const verdict = judgeTraffic(traffic(40, 6), traffic(400, 2), limits);
  assert.equal(verdict.isWorse, true);
  assert.equal(verdict.text, '6 of 40 requests failed (15.0 %), 0.5 % with the release before');
});

it('what the release before does as badly is not worse', () => {
  assert.equal(judgeTraffic(traffic(40, 6), traffic(400, 60), limits).isWorse, false);
});

it('few requests, or few failures, tell nothing', () => {
  const few = judgeTraffic(traffic(19, 19), traffic(400, 0), limits);
  assert.deepEqual([few.isWorse, few.isJudged], [false, false]);
  assert.equal(judgeTraffic(traffic(20, 2), traffic(400, 0), limits).isWorse, false);
});

it('slower answers are worse, noise is not', () => {
  assert.equal(judgeTraffic(traffic(40, 0, 300), traffic(400, 0, 100), limits).isWorse, true);
  assert.equal(judgeTraffic(traffic(40, 0, 120), traffic(400, 0, 100), limits).isWorse, false);
  assert.equal(judgeTraffic(traffic(40, 0, 4), traffic(400, 0, 1), limits).isWorse, false);
});

it('requests that clients give up for want of an answer count as slow', () => {
  assert.equal(judgeTraffic(traffic(0, 0, 5000, 30), traffic(400, 0, 20), limits).isWorse, true);
});
