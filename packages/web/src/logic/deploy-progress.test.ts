import assert from 'node:assert/strict';
import test from 'node:test';
import type { Deploy, DeployEvent } from '@rig-ops/contract/resources';
import { NO_PROGRESS, withEvent } from './deploy-progress.ts';

const deploy = { id: 'dep_1', app: 'shop' } as Deploy;
const event = (parts: Partial<DeployEvent>): DeployEvent => ({
  type: 'step',
  at: '2026-01-01T00:00:00Z',
  deploy,
  ...parts,
});

test('steps begin, are told about, and end', () => {
  const progress = [
    event({ step: 'build', status: 'started' }),
    event({ type: 'build-queued', position: 2 }),
    event({ type: 'build-step', name: 'npm ci', status: 'started' }),
    event({ type: 'build-step', name: 'npm ci', status: 'succeeded', durationMs: 1500 }),
    event({ step: 'build', status: 'succeeded', durationMs: 2000 }),
    event({ step: 'start', status: 'started' }),
    event({ type: 'note', message: 'web.1 has exited' }),
    event({ step: 'start', status: 'failed', durationMs: 10 }),
    event({ type: 'done' }),
  ].reduce(withEvent, NO_PROGRESS);
  assert.deepEqual(
    progress.steps.map(({ name, status, durationMs, notes }) => ({ name, status, durationMs, notes })),
    [
      {
        name: 'build',
        status: 'succeeded',
        durationMs: 2000,
        notes: ['waits for its turn, number 2', 'npm ci (1.5 s)'],
      },
      { name: 'start', status: 'failed', durationMs: 10, notes: ['web.1 has exited'] },
    ],
  );
  assert.equal(progress.done, true);
  assert.equal(progress.events, 9);
});

test('a step that comes twice, as in a rolling deploy, is told twice', () => {
  const progress = [
    event({ step: 'roll', status: 'started' }),
    event({ step: 'roll', status: 'succeeded' }),
    event({ step: 'roll', status: 'started' }),
  ].reduce(withEvent, NO_PROGRESS);
  assert.deepEqual(
    progress.steps.map((step) => step.status),
    ['succeeded', 'started'],
  );
  assert.equal(progress.done, false);
});
