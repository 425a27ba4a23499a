import assert from 'node:assert/strict';
import { it } from 'node:test';
import { readRollout } from './read-rollout.ts';

it('flags of a rollout become what the platform is asked for', () => {
  assert.equal(readRollout({}), undefined);
  assert.deepEqual(readRollout({ steps: '10%:2m, 50%', watch: '5m' }), {
    steps: [
      { percent: 10, seconds: 120 },
      { percent: 50, seconds: null },
    ],
    watchSeconds: 300,
  });
  assert.deepEqual(readRollout({ strategy: 'blue-green', keep: '90' }), {
    strategy: 'blue-green',
    keepSeconds: 90,
  });
});

it('what cannot be read, or does not go together, is refused', () => {
  for (const flags of [
    { steps: '10' },
    { steps: '10%:2m,' },
    { watch: 'soon' },
    { watch: '25h' },
    { strategy: 'rolling', steps: '10%:1m' },
    { strategy: 'canary', keep: '1m' },
    { steps: Array(21).fill('5%:1s').join(',') },
  ])
    assert.throws(() => readRollout(flags), { code: 'invalid_input' }, JSON.stringify(flags));
});
