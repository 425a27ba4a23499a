import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { TestRig } from '@rig-ops/kit/test-rig';

// A rig with a platform of its own and an empty state; the first command starts the platform.
let rig: TestRig;
before(async () => {
  rig = await TestRig.start({ plugin: new URL('..', import.meta.url) });
});
after(async () => rig.close());

test('the result is one JSON document', async () => {
  const { exitCode, result, stderr } = await rig.run(['__TOPIC__', 'summary', '-o', 'json']);
  assert.equal(exitCode, 0, stderr);
  assert.deepEqual(result, { total: 0, statuses: [] });
});

test('text is for people', async () => {
  const { exitCode, stdout, stderr } = await rig.run(['__TOPIC__', 'summary']);
  assert.equal(exitCode, 0, stderr);
  assert.match(stdout, /^STATUS +APPS$/m);
});

test('an error has its code, a hint and its exit code', async () => {
  const { exitCode, error } = await rig.run(['__TOPIC__', 'summary', 'nobody-', '-o', 'json']);
  assert.equal(exitCode, 6);
  assert.equal(error?.code, '__CODE___no_such_prefix');
  assert.notEqual(error.hint, '');
});

test('a flag that does not exist is an error of usage', async () => {
  const { exitCode, error } = await rig.run(['__TOPIC__', 'summary', '--bogus', '-o', 'json']);
  assert.deepEqual([exitCode, error?.code], [2, 'usage']);
});
