import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogLine } from '@rig-ops/contract/log-record';
import { LogRing } from './log-ring.ts';

function makeLine(message: string, changes: Partial<LogLine> = {}): LogLine {
  return {
    type: 'line',
    cursor: '1.1',
    at: '2026-03-01T12:00:00.000Z',
    app: 'shop',
    source: 'app',
    process: 'web',
    instance: 'web.1',
    release: 1,
    stream: 'stdout',
    message,
    ...changes,
  };
}
const texts = (ring: LogRing) => ring.lines.map(({ text }) => text);

test('it keeps the newest lines, by number and by size', () => {
  const ring = new LogRing(3, 10_000);
  for (let index = 1; index <= 5; index += 1) ring.add(makeLine(`line ${index}`));
  assert.deepEqual(texts(ring), ['line 3', 'line 4', 'line 5']);
  assert.deepEqual(
    ring.lines.map(({ number }) => number),
    [3, 4, 5],
  );
  for (let index = 0; index < 20; index += 1) ring.add(makeLine('x'.repeat(6_000)));
  assert.equal(ring.lines.length, 1);
  ring.clear();
  ring.add(makeLine('new'));
  assert.equal(ring.lines[0]?.number, 26);
});

test('the parts of a line are one line, also between those of others, and an endless one is cut', () => {
  const ring = new LogRing();
  ring.add(makeLine('a', { partial: true }));
  ring.add(makeLine('other', { instance: 'web.2' }));
  ring.add(makeLine('b', { partial: true }));
  ring.add(makeLine('c'));
  ring.add(makeLine('d'));
  assert.deepEqual(texts(ring), ['abc', 'other', 'd']);
  for (let index = 0; index < 100; index += 1) ring.add(makeLine('y'.repeat(60_000), { partial: true }));
  assert.ok((ring.lines.at(-1)?.text.length ?? 0) < 10_000);
});

test('what could not be kept is named', () => {
  const ring = new LogRing();
  ring.add({ type: 'gap', from: '1.5', to: '1.9', count: 5, reason: 'expired' });
  assert.deepEqual(texts(ring), ['5 lines could not be kept (expired)']);
});
