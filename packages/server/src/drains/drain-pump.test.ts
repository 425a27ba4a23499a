import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { RigError } from '@rig-ops/contract/errors';
import { systemClock } from '../clock.ts';
import { waitUntil } from '../testing/wait-until.ts';
import { DrainPump, type DrainSource } from './drain-pump.ts';
import type { DrainRecord, DrainSink } from './drain-sink.ts';

/** A source one can add to, and a receiver that fails when told to. */
function setUp(t: TestContext, position = 0) {
  const stored: DrainRecord[] = [];
  const listeners = new Set<() => void>();
  const source: DrainSource = {
    async read(after, limit) {
      const records = stored.slice(after, after + limit);
      return { records, next: after + records.length };
    },
    onNew(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const received: string[] = [];
  const failing = { times: 0 };
  const sink: DrainSink = {
    async send(records) {
      received.push(...records.map(({ body }) => body));
      if (failing.times > 0) {
        failing.times -= 1;
        throw new RigError('drain_failed', 'no');
      }
      return { rejected: 0, message: undefined };
    },
  };
  const saved: number[] = [];
  const pump = new DrainPump({
    source,
    sink,
    position,
    savePosition: async (at) => void saved.push(at),
    clock: systemClock,
  });
  t.after(() => pump.stop());
  const add = (...bodies: string[]) => {
    for (const body of bodies)
      stored.push({ at: '2026-01-01T00:00:00.000Z', severity: 'info', event: 'x', body, attributes: {} });
    for (const listener of listeners) listener();
  };
  return { pump, add, received, saved, failing, listeners };
}

it('sends what is there and what comes, in order, and remembers how far', async (t) => {
  const { pump, add, received, saved } = setUp(t);
  add('a', 'b');
  pump.start();
  await waitUntil(() => pump.state.position === 2, 'the first two');
  add('c');
  await waitUntil(() => pump.state.position === 3, 'the third');
  assert.deepEqual([received, saved.at(-1)], [['a', 'b', 'c'], 3]);
});

it('goes on where it was', async (t) => {
  const { pump, add, received } = setUp(t, 2);
  add('a', 'b', 'c');
  pump.start();
  await waitUntil(() => pump.state.position === 3, 'the third');
  assert.deepEqual(received, ['c']);
});

it('tries again until the receiver takes it, and leaves nothing out', async (t) => {
  const { pump, add, received, saved, failing } = setUp(t);
  failing.times = 2;
  add('a', 'b');
  pump.start();
  await waitUntil(() => pump.state.failures === 1, 'a failure');
  assert.deepEqual([pump.state.lastError, pump.state.position, saved], ['no', 0, []]);
  await waitUntil(() => pump.state.position === 2, 'the success');
  assert.deepEqual([pump.state.failures, pump.state.lastError], [0, null]);
  assert.deepEqual(received, ['a', 'b', 'a', 'b', 'a', 'b']);
});

it('stops at once, waiting or failing', async (t) => {
  const waiting = setUp(t);
  waiting.pump.start();
  await waitUntil(() => waiting.listeners.size === 1, 'the wait');
  await waiting.pump.stop();
  assert.equal(waiting.listeners.size, 0);
  const failing = setUp(t);
  failing.failing.times = 1_000;
  failing.add('a');
  failing.pump.start();
  await waitUntil(() => failing.pump.state.failures > 0, 'a failure');
  await failing.pump.stop();
});
