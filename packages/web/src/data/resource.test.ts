import assert from 'node:assert/strict';
import test from 'node:test';
import { connection } from './connection.ts';
import { makeResource } from './resource.ts';

/** Resolves when a signal has a value that is looked for. */
const until = <T>(
  of: { subscribe: (callback: (value: T) => void) => () => void },
  fits: (value: T) => boolean,
) =>
  new Promise<T>((resolve) => {
    const end = of.subscribe((value) => {
      if (!fits(value)) return;
      queueMicrotask(() => end());
      resolve(value);
    });
  });

test('it asks while somebody shows it, and rests otherwise', async () => {
  let asked = 0;
  const resource = makeResource(async () => ({ asked: (asked += 1) }), { everyMs: 1 });
  assert.equal(asked, 0);
  const [first, second] = [resource.retain(), resource.retain()];
  await until(resource.data, (value) => value?.asked === 3);
  first();
  await until(resource.data, (value) => (value?.asked ?? 0) >= 5);
  second();
  const then = asked;
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.ok(asked <= then + 1);
});

test('what is known stays when a request fails, and the silence is known', async () => {
  let fail = false;
  const resource = makeResource(
    async () => {
      if (fail) throw Object.assign(new Error('nobody there'), { code: 'unreachable' });
      return { fine: true };
    },
    { everyMs: 1 },
  );
  const release = resource.retain();
  await until(resource.data, (value) => value !== null);
  fail = true;
  await until(resource.error, (value) => value !== null);
  assert.deepEqual(resource.data.value, { fine: true });
  assert.equal(connection.value.lost, true);
  fail = false;
  resource.refresh();
  await until(resource.error, (value) => value === null);
  assert.equal(connection.value.lost, false);
  release();
});

test('an answer that is the same is no change', async () => {
  let asked = 0;
  const again = Promise.withResolvers<void>();
  const resource = makeResource(
    async () => {
      asked += 1;
      if (asked === 2) again.resolve();
      return { list: [1, 2] };
    },
    { everyMs: null },
  );
  const release = resource.retain();
  const first = await until(resource.data, (value) => value !== null);
  resource.refresh();
  await again.promise;
  await new Promise(setImmediate);
  assert.equal(resource.data.value, first);
  release();
});

test('nothing is told behind the end', async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  let stopped: AbortSignal | undefined;
  const resource = makeResource(
    (signal) => {
      stopped = signal;
      return promise;
    },
    { everyMs: null },
  );
  resource.retain()();
  assert.equal(stopped?.aborted, true);
  resolve('late');
  await new Promise(setImmediate);
  assert.equal(resource.data.value, null);
});
