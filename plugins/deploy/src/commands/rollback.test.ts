import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runCommand } from '@rig-ops/kit/harness';
import type { RollBackResult } from '../logic/roll-back.ts';
import { startFakePlatform } from '../testing/fake-platform.ts';
import { doneEvent, stepEvents } from '../testing/resources.ts';
import RollbackCommand from './rollback.ts';

const url = 'http://127.0.0.1:4000';

test('returns to a release, written with or without v, or to the one before', async (t) => {
  const { platform, client, rigHome } = await startFakePlatform(t);
  platform.apps.add('shop');
  for (const step of ['start', 'health', 'switch', 'drain'] as const) {
    platform.events.tell(...stepEvents(step, { kind: 'rollback', release: 4 }));
  }
  platform.events.tell(
    doneEvent({ kind: 'rollback', status: 'succeeded', release: 4, buildId: 'bld_1', url }),
  );
  for (const args of [
    ['v2', '--app', 'shop'],
    ['2', '--app', 'shop'],
    ['shop', 'v2'],
    ['shop', '--to', '2'],
    ['shop', '--only', 'code'],
    ['--app', 'shop'],
  ]) {
    const outcome = await runCommand(RollbackCommand, args, { client, rigHome });
    assert.equal(outcome.error, undefined);
    const result = outcome.result as unknown as RollBackResult;
    assert.deepEqual([result.release?.version, result.url], [4, url]);
    assert.deepEqual(
      result.steps.map(({ name }) => name),
      ['start', 'health', 'switch', 'drain'],
    );
    assert.match(outcome.stdout, /v4 is live[^]*http:\/\/127\.0\.0\.1:4000\n$/);
  }
  const toSecond = { guard: {}, to: 2 };
  assert.deepEqual(platform.ordered, [
    toSecond,
    toSecond,
    toSecond,
    toSecond,
    { guard: {}, only: 'code' },
    { guard: {} },
  ]);
  assert.ok(!platform.asked.some((asked) => asked.includes('builds')));
});

test('what is said twice is refused before anything is asked', async (t) => {
  const { platform, client, rigHome } = await startFakePlatform(t);
  for (const args of [
    ['shop', 'v1', '--app', 'shed'],
    ['shop', 'v1', '--to', 'stable'],
  ]) {
    const outcome = await runCommand(RollbackCommand, args, { client, rigHome });
    assert.deepEqual([outcome.error?.code, outcome.exitCode], ['usage', 2]);
  }
  assert.deepEqual(platform.asked, []);
});

test('a version that is none is refused before anything is asked', async (t) => {
  const { platform, client, rigHome } = await startFakePlatform(t);
  for (const version of ['v0', 'latest', '-1', '1.5', 'v']) {
    const outcome = await runCommand(RollbackCommand, ['--app', 'shop', '--', version], { client, rigHome });
    assert.deepEqual([outcome.error?.code, outcome.exitCode], ['invalid_input', 3], version);
  }
  assert.deepEqual(platform.asked, []);
});

test('a release that does not get well exits with 11 and shows its last lines', async (t) => {
  const { platform, client, rigHome } = await startFakePlatform(t);
  platform.apps.add('shop');
  const details = { lastLines: ['no database'] };
  const error = { code: 'release_failed', message: 'web.1 ended.', hint: 'Look.', exitCode: 11, details };
  platform.events.tell(doneEvent({ kind: 'rollback', status: 'failed', step: 'health', error }));
  const outcome = await runCommand(RollbackCommand, ['v1', '--app', 'shop'], { client, rigHome });
  assert.deepEqual([outcome.error?.code, outcome.exitCode], ['release_failed', 11]);
  assert.match(outcome.stderr, /\| no database/);
});
