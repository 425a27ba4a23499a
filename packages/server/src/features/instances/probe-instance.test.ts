import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RigError } from '@rig-ops/contract/errors';
import type { HealthPlan } from '../../detectors/plan.ts';
import type { InstanceRecord } from './instance-store.ts';
import { probeInstance } from './probe-instance.ts';

const plan = { check: { type: 'command', argv: ['check'] } } as unknown as HealthPlan;
const probe = async (error: Error) =>
  await probeInstance({
    instance: { id: 'ins_a', port: null } as InstanceRecord,
    plan,
    runCheck: () => {
      throw error;
    },
    timeoutMs: 1_000,
    signal: new AbortController().signal,
  });

test('a check that nobody could run, since what the instance runs on is away, says nothing of it', async () => {
  const away = await probe(new RigError('docker_unreachable', 'The daemon does not answer.'));
  assert.deepEqual(away, {
    isWell: false,
    why: 'its health command could not be run: The daemon does not answer',
    listens: true,
    wasAsked: false,
  });
  const missing = await probe(new RigError('remote_not_started', 'There is no such program.'));
  assert.deepEqual([missing.isWell, !missing.isWell && missing.wasAsked], [false, true]);
});
