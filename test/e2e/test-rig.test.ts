import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { TestRig } from '@rig-ops/kit/test-rig';
import { processesOf, repository } from '../support/rig.ts';

const cli = join(repository, 'bin', 'run.js');
const plugin = join(repository, 'test', 'fixtures', 'plugin-kin');

test('a command of a plugin runs in a rig of its own, with a platform where it needs one', async () => {
  const rig = await TestRig.start({ plugin, cli });
  const { folder } = rig;
  try {
    const shown = await rig.run(['kin', 'platform', 'shop', '-o', 'json']);
    assert.equal(shown.exitCode, 0, shown.stderr);
    assert.notEqual(shown.result, undefined, shown.stdout);
    assert.equal(existsSync(join(rig.rigHome, 'platform')), true);
    const failed = await rig.run(['kin', 'rig-error', '-o', 'json']);
    assert.equal(failed.error?.exitCode, failed.exitCode);
    const streamed = await rig.run(['kin', 'broken-stream', '-o', 'json']);
    assert.deepEqual([streamed.records.length > 0, streamed.error !== undefined], [true, true]);
    const text = await rig.run(['kin', 'object']);
    assert.deepEqual([text.exitCode, text.result], [0, undefined]);
    const records = (await rig.audit()).filter(({ argv }) => argv[1] === 'rig-error');
    assert.deepEqual(
      records.map(({ phase, exitCode }) => [phase, exitCode]),
      [
        ['start', undefined],
        ['finish', failed.exitCode],
      ],
    );
  } finally {
    await rig.close();
  }
  assert.deepEqual([existsSync(folder), processesOf(folder)], [false, []]);
});

test('a command can be interrupted, and nothing but what the test gives decides what it does', async () => {
  await using rig = await TestRig.start({ plugin, cli, env: { RIG_OUTPUT: 'json' } });
  const version = await rig.run(['version']);
  assert.equal(typeof version.result?.version, 'string');
  const { exitCode, error } = await rig.run(['kin', 'sleep'], { signal: AbortSignal.timeout(1500) });
  assert.deepEqual([exitCode, error?.code], [130, 'interrupted']);
});

test('what cannot be linked, or tested without a rig, is said', async () => {
  await assert.rejects(TestRig.start({ plugin: '/usr', cli }), /cannot be linked/);
  await assert.rejects(TestRig.start({ plugin: '/' }), /npm install --save-dev @rig-ops\/cli/);
});
