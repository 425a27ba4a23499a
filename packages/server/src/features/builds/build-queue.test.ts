import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BuildQueue } from './build-queue.ts';

const never = new AbortController().signal;

/** A queue of one at a time, and what it did, in order. */
function makeQueue(limit = 1, running: string[] = []) {
  const told: string[] = [];
  const queue = new BuildQueue({ limit: () => limit, running: () => running });
  const leave = new Map<string, () => void>();
  const enter = async (id: string, signal = never) => {
    const build = { id, appId: id.split('.')[0] ?? id };
    const leaves = await queue.enter(build, (position) => told.push(`${id} is ${position}`), signal);
    told.push(`${id} begins`);
    leave.set(id, leaves);
  };
  const end = async (id: string) => {
    leave.get(id)?.();
    await new Promise(setImmediate);
  };
  return { queue, told, enter, end, settle: () => new Promise(setImmediate) };
}

describe('the queue of builds', () => {
  it('lets the next one in when one leaves, and tells the others where they are', async () => {
    const { queue, told, enter, end, settle } = makeQueue();
    for (const id of ['a', 'b', 'c']) void enter(id);
    await settle();
    assert.deepEqual(told, ['b is 1', 'c is 2', 'a begins']);
    assert.deepEqual([queue.positionOf('a'), queue.positionOf('c')], [null, 2]);
    await end('a');
    assert.deepEqual(told.slice(3), ['c is 1', 'b begins']);
    await end('b');
    assert.deepEqual(told.slice(5), ['c begins']);
  });

  it('has those of earlier lives of rigd in their old order, however they arrive', async () => {
    const { queue, enter, settle } = makeQueue();
    void enter('first');
    const late = (id: string, createdAt: string) =>
      void queue.enter({ id, appId: id, createdAt }, () => {}, never);
    late('c', '2026-01-01T00:00:03.000Z');
    late('b', '2026-01-01T00:00:02.000Z');
    await settle();
    assert.deepEqual([queue.positionOf('b'), queue.positionOf('c')], [1, 2]);
  });

  it('gives an app a second place only when no other waits', async () => {
    const { told, enter, end, settle } = makeQueue();
    for (const id of ['a.1', 'a.2', 'a.3', 'b.1']) void enter(id);
    await settle();
    assert.deepEqual(told, ['a.2 is 1', 'a.3 is 2', 'b.1 is 1', 'a.2 is 2', 'a.3 is 3', 'a.1 begins']);
    await end('a.1');
    assert.ok(told.includes('a.2 begins') || told.includes('b.1 begins'));
  });

  it('leaves one out that was cancelled while it waited', async () => {
    const { queue, told, enter, end, settle } = makeQueue();
    const cancel = new AbortController();
    void enter('a');
    const waits = enter('b', cancel.signal);
    void enter('c');
    await settle();
    cancel.abort(new Error('cancelled'));
    await assert.rejects(waits, /cancelled/);
    assert.equal(queue.positionOf('c'), 1);
    await end('a');
    assert.ok(told.includes('c begins'));
    assert.ok(!told.includes('b begins'));
  });

  it('counts what the engine runs from an earlier life', async () => {
    const running = ['old'];
    const { queue, told, enter, settle } = makeQueue(1, running);
    void enter('a');
    await settle();
    assert.deepEqual(told, ['a is 1']);
    const leave = queue.resume({ id: 'old', appId: 'o' });
    running.length = 0;
    leave();
    await settle();
    assert.ok(told.includes('a begins'));
  });
});
