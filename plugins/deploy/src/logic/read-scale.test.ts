import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readScale } from './read-scale.ts';

test('an app and numbers by process, in any order', () => {
  assert.deepEqual(readScale([]), { app: undefined, processes: {} });
  assert.deepEqual(readScale(['shop']), { app: 'shop', processes: {} });
  assert.deepEqual(readScale(['web=3', 'shop', 'worker=0']), {
    app: 'shop',
    processes: { web: 3, worker: 0 },
  });
  for (const words of [['a', 'b'], ['web='], ['web=x'], ['web=-1'], ['web=1.5'], ['web=1=2'], ['w=1', 'w=2']])
    assert.throws(() => readScale(words), { code: 'usage' }, words.join(' '));
});
