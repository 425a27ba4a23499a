import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'node:test';
import { RigError } from '@rig-ops/contract/errors';
import { aggregateExit } from './aggregate-exit.ts';
import { runConcurrently } from './run-concurrently.ts';
import { type Job, type ManyOptions, runMany } from './run-many.ts';
import { failedRecord, type RunRecord, succeededRecord } from './run-record.ts';

test('the exit code of several is the one they agree on', () => {
  assert.equal(aggregateExit([]), 0);
  assert.equal(aggregateExit([0, 0]), 0);
  assert.equal(aggregateExit([0, 3, 3, 0]), 3);
  assert.equal(aggregateExit([3, 4, 0]), 1);
  assert.equal(aggregateExit([255]), 255);
});

test('never more at once than allowed, and the source is asked only when there is room', async () => {
  let asked = 0;
  let running = 0;
  let most = 0;
  async function* source() {
    for (let i = 0; i < 50; i += 1) {
      asked += 1;
      assert.ok(asked - done <= 5, `${asked} asked, ${done} done`);
      yield i;
    }
  }
  let done = 0;
  const results: number[] = [];
  for await (const result of runConcurrently(source(), 4, async (item) => {
    running += 1;
    most = Math.max(most, running);
    for (let i = 0; i < item % 7; i += 1) await turn();
    running -= 1;
    done += 1;
    return item;
  }))
    results.push(result);
  assert.equal(most, 4);
  assert.deepEqual(
    results.toSorted((a, b) => a - b),
    Array.from({ length: 50 }, (_, i) => i),
  );
});

test('results come as they end, also while the source waits for more', async () => {
  const more = Promise.withResolvers<void>();
  async function* source() {
    yield 'quick';
    await more.promise;
    yield 'late';
  }
  const results = runConcurrently(source(), 10, (item) => Promise.resolve(item));
  assert.equal((await results.next()).value, 'quick');
  more.resolve();
  assert.equal((await results.next()).value, 'late');
  assert.equal((await results.next()).done, true);
});

async function* breaking() {
  yield 1;
  throw new RigError('invalid_input', 'broken');
}

test('a source that breaks is told', async () => {
  const results = runConcurrently(breaking(), 10, (item) => Promise.resolve(item));
  assert.equal((await results.next()).value, 1);
  await assert.rejects(results.next(), { code: 'invalid_input' });
});

interface Ran {
  records: RunRecord[];
  exitCode: number | undefined;
}

async function runAll(jobs: Job[], options: Partial<ManyOptions> = {}): Promise<Ran> {
  const ran: Ran = { records: [], exitCode: undefined };
  const all = runMany(jobs, {
    concurrency: 1,
    failFast: false,
    signals: new EventEmitter(),
    signal: new AbortController().signal,
    onDone: (exitCode) => (ran.exitCode = exitCode),
    ...options,
  });
  for await (const record of all) ran.records.push(record);
  return ran;
}

const exiting = (instance: string, exitCode: number): Job => {
  const place = { app: 'a', instance };
  const outcome = {
    session: 's',
    instance,
    exitCode,
    signal: null,
    stdoutBytes: 0,
    stderrBytes: 0,
    end: 'exited' as const,
  };
  return { place, run: () => Promise.resolve(succeededRecord(place, outcome, performance.now())) };
};

test('--fail-fast starts no more behind a failure, and says so of each', async () => {
  const jobs = [exiting('web.1', 0), exiting('web.2', 3), exiting('web.3', 0), exiting('web.4', 5)];
  const { records, exitCode } = await runAll(jobs, { failFast: true });
  assert.deepEqual(
    records.map(({ instance, failure }) => [instance, failure?.code]),
    [
      ['web.1', undefined],
      ['web.2', undefined],
      ['web.3', 'remote_not_run'],
      ['web.4', 'remote_not_run'],
    ],
  );
  assert.match(records[2]?.failure?.message ?? '', /web\.2 had failed/);
  assert.equal(exitCode, 3);
  assert.equal((await runAll(jobs)).exitCode, 1);
});

test('a failure of rig counts with its own code', async () => {
  const place = { app: 'a', instance: 'web.1' };
  const lost = failedRecord(place, new RigError('remote_connection_lost', 'gone'), 0);
  const { exitCode } = await runAll([{ place, run: () => Promise.resolve(lost) }, exiting('web.2', 0)]);
  assert.equal(exitCode, 255);
});

test('a signal reaches all that run, and no more are started', async () => {
  const signals = new EventEmitter();
  const heard: string[] = [];
  const place = { app: 'a', instance: 'web.1' };
  const interrupted: Job = {
    place,
    async run(source) {
      const got = new Promise<void>((resolve) => source.on('SIGINT', resolve));
      signals.emit('SIGINT');
      await got;
      heard.push('web.1');
      const outcome = {
        session: 's',
        instance: 'web.1',
        exitCode: 0,
        signal: null,
        stdoutBytes: 0,
        stderrBytes: 0,
        end: 'exited' as const,
      };
      return succeededRecord(place, outcome, 0);
    },
  };
  const { records, exitCode } = await runAll([interrupted, exiting('web.2', 0)], { signals });
  assert.deepEqual(heard, ['web.1']);
  assert.equal(records[1]?.failure?.code, 'remote_not_run');
  assert.equal(exitCode, 130);
  assert.deepEqual(signals.eventNames(), []);
});
