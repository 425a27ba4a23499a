import assert from 'node:assert/strict';
import test from 'node:test';
import { allows, allowsSomewhere } from './permissions.ts';

test('a role at the platform holds everywhere, one at a network for its apps, one at an app there', () => {
  const viewer = [{ role: 'viewer', target: 'platform' }] as const;
  assert.ok(allows([...viewer], 'app.read', { app: 'shop', network: 'default' }));
  assert.ok(!allows([...viewer], 'app.operate', { app: 'shop', network: 'default' }));

  const operator = [{ role: 'operator' as const, target: 'network/blue' }];
  assert.ok(allows(operator, 'app.operate', { app: 'shop', network: 'blue' }));
  assert.ok(!allows(operator, 'app.operate', { app: 'shop', network: 'default' }));
  assert.ok(!allows(operator, 'platform.read'));

  const deployer = [{ role: 'deployer' as const, target: 'app/shop' }];
  assert.ok(allows(deployer, 'app.deploy', { app: 'shop' }));
  assert.ok(!allows(deployer, 'app.deploy', { app: 'shop2' }));
  assert.ok(allowsSomewhere(deployer, 'app.deploy'));
  assert.ok(!allowsSomewhere(deployer, 'audit.read'));
});
