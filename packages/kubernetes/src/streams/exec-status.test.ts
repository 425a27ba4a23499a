import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readExecEnd } from './exec-status.ts';

describe('what a server tells of the end of a program', () => {
  it('is its exit code', () => {
    assert.deepEqual(readExecEnd('{"metadata":{},"status":"Success"}'), { type: 'exited', exitCode: 0 });
    assert.deepEqual(
      readExecEnd(
        '{"metadata":{},"status":"Failure","message":"command terminated with exit code 137","reason":"NonZeroExitCode","details":{"causes":[{"reason":"ExitCode","message":"137"}]}}',
      ),
      { type: 'exited', exitCode: 137 },
    );
  });

  it('is why it was not started', () => {
    assert.deepEqual(
      readExecEnd(
        '{"metadata":{},"status":"Failure","message":"failed to exec","reason":"InternalError","code":500}',
      ),
      { type: 'refused', message: 'failed to exec' },
    );
    assert.deepEqual(readExecEnd('plain words\n'), { type: 'refused', message: 'plain words' });
    const torn =
      '{"status":"Failure","reason":"NonZeroExitCode","message":"no code","details":{"causes":[]}}';
    assert.deepEqual(readExecEnd(torn), { type: 'refused', message: 'no code' });
  });
});
