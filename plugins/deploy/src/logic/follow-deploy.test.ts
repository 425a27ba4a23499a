import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRigError } from '@rig-ops/contract/errors';
import { startFakePlatform } from '../testing/fake-platform.ts';
import { successEvents } from '../testing/resources.ts';
import { followDeploy } from './follow-deploy.ts';

const { signal } = new AbortController();

test('every event comes once, however often the connection is cut', async (t) => {
  const { platform, client } = await startFakePlatform(t);
  const events = successEvents();
  platform.events.tell(...events.slice(0, 1));
  const seen: unknown[] = [];
  let losses = 0;
  const onLost = () => {
    losses += 1;
  };
  for await (const event of followDeploy(client, 'dep_1', { signal, onLost })) {
    seen.push(event);
    if (seen.length % 3 === 1) platform.cut();
    const next = events[seen.length];
    if (next !== undefined) platform.events.tell(next);
  }
  assert.deepEqual(seen, events);
  assert.ok(losses >= 2, `${losses} losses`);
});

test('gives up on a platform that stays away, and says that the deploy goes on', async (t) => {
  const { platform, client } = await startFakePlatform(t);
  platform.events.tell(...successEvents().slice(0, 1));
  const follow = async () => {
    for await (const _ of followDeploy(client, 'dep_1', {
      signal,
      onLost: () => undefined,
      patienceMs: 300,
    })) {
      await platform.kill();
    }
  };
  await assert.rejects(follow(), (error) => {
    assert.ok(isRigError(error) && error.code === 'connection_lost');
    assert.match(error.message, /dep_1 goes on/);
    return true;
  });
});

test('stops when told to, also while it waits for the platform', async (t) => {
  const { platform, client } = await startFakePlatform(t);
  await platform.kill();
  const stop = new AbortController();
  const onLost = () => stop.abort(new Error('enough'));
  await assert.rejects(async () => {
    for await (const _ of followDeploy(client, 'dep_1', { signal: stop.signal, onLost })) assert.fail();
  }, /AbortError|enough/);
});
