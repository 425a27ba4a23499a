import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge } from './judge.ts';
import type { LoadReport } from './load-report.ts';

const good: LoadReport = {
  done: { 'keep-alive': 9, 'new-connection': 9, 'slow-body': 9, 'slow-answer': 9, 'web-socket': 9 },
  failures: [],
  closed: [{ at: 4_000, code: 1001, reason: 'bye', release: 1 }],
  releases: { 1: { first: 0, last: 1_900 }, 2: { first: 1_000, last: 5_000 } },
};
const expected = { releases: [1, 2], drainSeconds: 3 };

test('what went well has no faults', () => {
  assert.deepEqual(judge(good, expected), []);
});

const bad: [what: string, report: Partial<LoadReport>, says: RegExp][] = [
  [
    'a failed request',
    { failures: [{ lane: 'slow-body', at: 1, afterMs: 7, error: 'ECONNRESET: x', release: 1 }] },
    /^slow-body: ECONNRESET: x after 7 ms \(v1\)$/,
  ],
  [
    'a socket that was closed before the drain was over',
    { closed: [{ at: 2_000, code: 1001, reason: 'bye', release: 1 }] },
    /v1 closed it 1000 ms after the switch/,
  ],
  [
    'a socket of the release that stays',
    { closed: [{ at: 9_000, code: 1001, reason: 'bye', release: 2 }] },
    /v2 closed it -1 ms/,
  ],
  ['a release that never answered', { releases: { 1: { first: 0, last: 1 } } }, /v2 answered nothing/],
  ['a client that did nothing', { done: { ...good.done, 'slow-answer': 0 } }, /slow-answer: only 0/],
];
for (const [what, report, says] of bad) {
  test(`is a fault: ${what}`, () => {
    assert.match(judge({ ...good, ...report }, expected).join('\n'), says);
  });
}
