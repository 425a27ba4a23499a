import assert from 'node:assert/strict';
import { test } from 'node:test';
import { summariseApps } from '../dist/logic/summarise-apps.js';

const apps = [
  { name: 'shop-web', status: 'running' },
  { name: 'shop-jobs', status: 'running' },
  { name: 'blog', status: 'degraded' },
] as const;

test('apps are counted by status, most first', () => {
  assert.deepEqual(summariseApps(apps, {}), {
    total: 3,
    statuses: [
      { status: 'running', apps: 2 },
      { status: 'degraded', apps: 1 },
    ],
  });
});

test('a prefix and a status leave fewer', () => {
  assert.equal(summariseApps(apps, { prefix: 'shop-' }).total, 2);
  assert.equal(summariseApps(apps, { status: 'degraded' }).total, 1);
});

test('a prefix that no app has is an error of this plugin', () => {
  assert.throws(() => summariseApps(apps, { prefix: 'x' }), { code: '__CODE___no_such_prefix', exitCode: 6 });
});
