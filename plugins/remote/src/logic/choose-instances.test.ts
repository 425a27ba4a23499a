import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instance } from '@rig-ops/contract/resources';
import { chooseInstances, type InstanceChoice } from './choose-instances.ts';

const instance = (name: string, state: Instance['state'] = 'running', release = 3): Instance => ({
  id: name,
  name,
  process: name.split('.')[0] ?? '',
  release,
  state,
  health: 'unknown',
  startedAt: '2030-01-01T00:00:00.000Z',
  restarts: 0,
  exitCode: null,
  cpuPercent: null,
  memoryBytes: null,
});
const app = {
  name: 'shop',
  instances: [
    instance('web.1'),
    instance('web.2', 'exited'),
    instance('web.10'),
    instance('worker.1', 'running', 2),
  ],
};
const choose = (choice: Partial<InstanceChoice>) =>
  chooseInstances(app, { patterns: undefined, process: undefined, release: undefined, ...choice });

test('all that run, or of a process or release', () => {
  assert.deepEqual(choose({}), ['web.1', 'web.10', 'worker.1']);
  assert.deepEqual(choose({ process: 'web' }), ['web.1', 'web.10']);
  assert.deepEqual(choose({ release: 2 }), ['worker.1']);
});

test('names, processes and patterns, each once, in the order of the app', () => {
  assert.deepEqual(choose({ patterns: ['worker', 'web.1', 'web.*'] }), ['web.1', 'web.10', 'worker.1']);
  assert.deepEqual(choose({ patterns: ['web.?'] }), ['web.1']);
  assert.deepEqual(choose({ patterns: ['w*.1'] }), ['web.1', 'worker.1']);
});

test('a name that stands for none is refused with those there are', () => {
  for (const pattern of ['web.2', 'webx1', '(', 'db.*', '']) {
    assert.throws(() => choose({ patterns: ['web.1', pattern] }), {
      code: 'instance_not_found',
      hint: /web\.1, web\.10, worker\.1/,
    });
  }
  assert.throws(() => choose({ process: 'db' }), { code: 'instance_not_found', hint: /rig apps info shop/ });
});
