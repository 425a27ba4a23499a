import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeExit } from './describe-exit.ts';

test('an end is told by what is known of it best', () => {
  const none = { exitCode: null, signal: null, startError: null };
  const killed = { ...none, exitCode: 137, signal: 'SIGKILL' };
  assert.deepEqual(
    [
      { ...none, startError: 'ENOENT: no such program' },
      { ...killed, outOfMemory: true },
      killed,
      { ...none, exitCode: 0 },
      none,
    ].map(describeExit),
    [
      'could not be started: ENOENT: no such program',
      'ran out of memory: it took more than it may',
      'was ended by SIGKILL',
      'exited with code 0',
      'ended in a way that was not seen',
    ],
  );
});
