import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RigError } from '@rig-ops/contract/errors';
import { digestOfPlan, type PlanBasis, requireSamePlan } from './plan-digest.ts';

const basis: PlanBasis = { source: 'f00', release: 3, config: 'cfg_1', platform: '1 process', options: {} };

test('a plan that is as it was passes; what has moved is told by name', () => {
  const digest = digestOfPlan(basis);
  requireSamePlan(digest, { ...basis });
  const moves: [keyof PlanBasis, Partial<PlanBasis>][] = [
    ['source', { source: 'bar' }],
    ['release', { release: 4 }],
    ['config', { config: null }],
    ['platform', { platform: '2 process' }],
    ['options', { options: { root: 'web' } }],
  ];
  for (const [part, change] of moves) {
    assert.throws(
      () => requireSamePlan(digest, { ...basis, ...change }),
      (error: RigError) => {
        assert.deepEqual([error.code, error.exitCode, error.details?.moved], ['plan_stale', 7, [part]]);
        return true;
      },
    );
  }
  assert.throws(() => requireSamePlan('nonsense', basis), { code: 'invalid_input' });
});
