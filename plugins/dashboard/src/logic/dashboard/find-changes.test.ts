import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeApp, makeInstance, makeStatus } from '../../testing/make-status.ts';
import { findChanges } from './find-changes.ts';

test('apps that come, change and go, and other problems; not what is measured all the time', () => {
  const problem = { code: 'edge_down', app: null, message: 'The edge is down.', fix: 'Look.' };
  const before = makeStatus([makeApp('shop'), makeApp('blog'), makeApp('gone')]);
  const after = makeStatus(
    [
      makeApp('shop', { instances: [makeInstance({ id: 'ins_shop', cpuPercent: 99, memoryBytes: 1 })] }),
      makeApp('blog', { release: 4 }),
      makeApp('new'),
    ],
    { healthy: false, problems: [problem] },
  );
  const told = findChanges(before, after).map((change) =>
    change.type === 'app' ? `${change.change} ${change.name}` : `healthy ${change.healthy}`,
  );
  assert.deepEqual(told, ['changed blog', 'added new', 'removed gone', 'healthy false']);
  assert.deepEqual(findChanges(after, after), []);
});
