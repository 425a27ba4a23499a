import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeNotice, describeOutcome } from './session-words.ts';

const ended = { exitCode: 0, signal: null, stdoutBytes: 0, stderrBytes: 0, end: 'exited' as const };

test('how it ended', () => {
  assert.deepEqual(describeOutcome(ended), { tone: 'good', text: 'Exited with code 0.' });
  assert.deepEqual(describeOutcome({ ...ended, exitCode: 137, signal: 'SIGKILL' }), {
    tone: 'bad',
    text: 'Ended by SIGKILL (exit code 137).',
  });
  assert.match(describeOutcome({ ...ended, end: 'revoked' }).text, /may not/);
  assert.match(describeOutcome({ left: 'detached' }).text, /goes on/);
});

test('what is told on the way', () => {
  assert.equal(describeNotice({ type: 'input', received: 3 }), null);
  assert.equal(
    describeNotice({ type: 'gap', stream: 'stdout', from: 0, to: 1500 }),
    '1,500 bytes of output are not kept any more.',
  );
  assert.match(describeNotice({ type: 'mode', mode: 'read', by: 'ann' }) ?? '', /^ann writes now/);
  assert.match(describeNotice({ type: 'ending', why: 'idle', seconds: 300 }) ?? '', /5 min/);
});
