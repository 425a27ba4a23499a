import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeNotice, helpLines, inWords, lostLine } from './messages.ts';

const here = { mode: 'write', before: 'write', size: { columns: 80, rows: 24 } } as const;

test('a limit that is near, and who writes, are told; what changes nothing is not', () => {
  assert.match(
    describeNotice({ type: 'ending', why: 'idle', seconds: 300 }, here) ?? '',
    /ends in 5 min: nothing has happened/,
  );
  assert.match(
    describeNotice({ type: 'mode', mode: 'read', by: 'ada' }, { ...here, mode: 'read' }) ?? '',
    /ada writes now; you are watching/,
  );
  assert.equal(describeNotice({ type: 'mode', mode: 'write', by: 'ada' }, here), null);
  assert.match(
    describeNotice({ type: 'mode', mode: 'write', by: 'ada' }, { ...here, before: 'read' }) ?? '',
    /you write now/,
  );
  assert.equal(describeNotice({ type: 'resized', columns: 80, rows: 24 }, here), null);
  assert.match(describeNotice({ type: 'resized', columns: 81, rows: 24 }, here) ?? '', /81x24/);
  assert.match(describeNotice({ type: 'gap', stream: 'stdout', from: 10, to: 25 }, here) ?? '', /15 bytes/);
});

test('escapes are named by the character that begins them', () => {
  assert.match(lostLine(120, 0x7e), /120 s\. ~\. gives up/);
  assert.doesNotMatch(lostLine(120, null), /gives up/);
  assert.ok(helpLines(0x1d).includes('^].   end the session'));
  assert.deepEqual(helpLines(null), []);
});

test('times are said in the largest unit that fits twice', () => {
  assert.deepEqual([1, 59, 119, 120, 7199, 8 * 3600].map(inWords), [
    '1 s',
    '59 s',
    '119 s',
    '2 min',
    '120 min',
    '8 h',
  ]);
});
