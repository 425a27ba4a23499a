import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parseCanaryStep, parseDuration, STEP_PATTERN } from './rollout-text.ts';

it('durations are read as people write them', () => {
  const read = ['90', '30s', '5m', '1h', '1h30m', '0', '', 'm', '-1s', '5 m', '25h', '1.5m'].map(
    parseDuration,
  );
  assert.deepEqual(read, [90, 30, 300, 3600, 5400, 0, null, null, null, null, null, null]);
});

it('steps of a canary are read, and what the pattern allows can be read', () => {
  assert.deepEqual(parseCanaryStep('10%:2m'), { percent: 10, seconds: 120 });
  assert.deepEqual(parseCanaryStep('50%'), { percent: 50, seconds: null });
  for (const bad of ['0%:1m', '101%:1m', '10:1m', '10%:', '10%:0s', '10%:x', '', '10%:2d'])
    assert.equal(parseCanaryStep(bad), null, bad);
  for (const text of ['1%:1s', '100%:1h', '25%', '10%:1h30m'])
    assert.ok(new RegExp(STEP_PATTERN).test(text) && parseCanaryStep(text) !== null, text);
});
