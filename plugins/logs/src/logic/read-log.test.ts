import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RigError } from '@rig-ops/contract/errors';
import type { LogPosition, LogRecord } from '@rig-ops/contract/log-record';
import { startPlatform, type TestPlatform } from '../testing/test-platform.ts';
import { LogFeed, type LogRequest, reconnectDelay } from '@rig-ops/wire/log-feed';

interface Change extends Partial<Omit<LogRequest, 'connection'>> {
  follow?: boolean;
  maxWaitMs?: number;
  onConnection?: (state: 'lost' | 'back') => void;
}

async function* read(platform: TestPlatform, change: Change = {}, states: string[] = []) {
  const {
    follow = true,
    maxWaitMs = 60_000,
    onConnection = (state) => states.push(state),
    ...request
  } = change;
  const feed = new LogFeed(
    (params, signal) => platform.client.records<LogRecord | LogPosition>('logs', params, { signal }),
    {
      of: { app: 'hello' },
      signal: new AbortController().signal,
      connection: { lost: () => onConnection('lost'), back: () => onConnection('back'), maxWaitMs },
      delay: () => 1,
      ...request,
    },
  );
  yield* feed.history();
  if (follow) yield* feed.live();
}

const messageOf = (record: LogRecord | undefined) =>
  record?.type === 'line' ? record.message : record?.type;

test('over many cuts and kills a follower sees every line once and in order', async (t) => {
  const platform = await startPlatform(t);
  const states: string[] = [];
  const count = 3000;
  platform.log.append('0');
  const lines = read(platform, {}, states);
  for (let expected = 0; expected < count; expected += 1) {
    const { value } = await lines.next();
    assert.equal(messageOf(value as LogRecord), String(expected));
    if (expected % 10 === 0) {
      const from = platform.log.records.length;
      platform.log.append(...Array.from({ length: 10 }, (_, i) => String(from + i)));
    }
    if (expected % 97 === 0) platform.cut();
    if (expected % 701 === 0) {
      await platform.kill();
      // Something is written while nobody can read it.
      platform.log.append(String(platform.log.records.length));
      await platform.restart();
    }
  }
  platform.log.end();
  assert.ok(states.length >= 20, `${states.length} changes of the connection`);
  assert.equal(states.filter((state) => state === 'lost').length, states.filter((s) => s === 'back').length);
});

test('beginning now still loses nothing when the connection breaks before the first line', async (t) => {
  const platform = await startPlatform(t);
  platform.log.append('old', 'older');
  const lines = read(platform, { tail: 0 });
  const first = lines.next();
  // A second reader that has its position proves that the first could have.
  while (platform.asked.length < 1) await new Promise((resolve) => setImmediate(resolve));
  await read(platform, { follow: false }).next();
  await platform.kill();
  platform.log.append('written meanwhile');
  await platform.restart();
  assert.equal(messageOf((await first).value as LogRecord), 'written meanwhile');
});

test('an empty log is followed from its beginning', async (t) => {
  const platform = await startPlatform(t);
  const lines = read(platform, { tail: 100 });
  const first = lines.next();
  while (platform.asked.length < 2) await new Promise((resolve) => setImmediate(resolve));
  platform.cut();
  platform.log.append('first');
  assert.equal(messageOf((await first).value as LogRecord), 'first');
});

test('history alone ends by itself, and goes on behind a cut', async (t) => {
  const platform = await startPlatform(t);
  platform.log.append(...Array.from({ length: 500 }, (_, i) => String(i)));
  const seen: string[] = [];
  for await (const record of read(platform, { follow: false, tail: 300 })) {
    seen.push(String(messageOf(record)));
    if (seen.length === 100) platform.cut();
  }
  assert.deepEqual(
    seen,
    Array.from({ length: 300 }, (_, i) => String(i + 200)),
  );
});

test('a follower goes on behind a gap', async (t) => {
  const platform = await startPlatform(t);
  platform.log.append('a');
  const lines = read(platform);
  assert.equal(messageOf((await lines.next()).value as LogRecord), 'a');
  platform.log.gap(3);
  assert.equal(messageOf((await lines.next()).value as LogRecord), 'gap');
  platform.cut();
  platform.log.append('b');
  assert.equal(messageOf((await lines.next()).value as LogRecord), 'b');
});

test('what is refused, and a platform that was never there, end it at once', async (t) => {
  const platform = await startPlatform(t);
  await assert.rejects(read(platform, { of: { app: 'nope' } }).next(), { code: 'app_not_found' });
  await platform.kill();
  const absent = await startPlatform(t);
  await absent.kill();
  await assert.rejects(read(absent).next(), { code: 'unreachable' });
});

test('a platform that does not come back ends it after the time to wait', async (t) => {
  const platform = await startPlatform(t);
  platform.log.append('a');
  const states: string[] = [];
  const lines = read(platform, { maxWaitMs: 50 }, states);
  await lines.next();
  const next = lines.next();
  await platform.kill();
  await assert.rejects(next, { code: 'unreachable' });
  assert.deepEqual(states, ['lost']);
});

test('an interruption ends it, also between two attempts', async (t) => {
  const platform = await startPlatform(t);
  platform.log.append('a');
  const stop = new AbortController();
  const lost = Promise.withResolvers<void>();
  const lines = read(platform, {
    signal: stop.signal,
    delay: () => 60_000,
    onConnection: () => lost.resolve(),
  });
  await lines.next();
  const next = lines.next();
  platform.cut();
  await lost.promise;
  stop.abort(new RigError('interrupted', 'Enough.'));
  await assert.rejects(next, { code: 'interrupted' });
});

test('delays are random below a bound that grows from 100 ms to 5 s', () => {
  assert.deepEqual([reconnectDelay(0, 0), reconnectDelay(0, 1)], [0, 100]);
  assert.deepEqual([reconnectDelay(3, 0), reconnectDelay(3, 1)], [0, 800]);
  assert.deepEqual([reconnectDelay(99, 0), reconnectDelay(99, 1)], [0, 5000]);
});
