import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Role, Verb } from '@rig-ops/contract/access';
import type { Binding } from './binding-store.ts';
import type { Scope } from './decide.ts';
import { explain, type ExplainOptions } from './explain.ts';
import type { Target } from './target.ts';

const createdAt = '2026-01-02T03:04:05.678Z';
const shop = { id: 'app_1', name: 'shop', network: 'default', createdAt };
const atShop: Target = { kind: 'app', id: 'app_1', app: 'shop', network: 'default' };
const bob = {
  id: 'usr_1',
  name: 'bob',
  kind: 'user',
  createdAt,
  createdBy: 'ann',
  disabledAt: null,
} as const;
const binding = (role: Role, scope: Scope): Binding => ({
  id: `bnd_${role}`,
  userId: bob.id,
  role,
  scope,
  createdAt,
  createdBy: 'ann',
});

const ask = async (verb: Verb, more: Partial<ExplainOptions>) => {
  const {
    allowed,
    rule,
    binding: by,
  } = await explain({
    user: bob,
    grants: [],
    verb,
    target: atShop,
    isolated: true,
    apps: { getById: async () => shop },
    ...more,
  });
  return [allowed, rule, by === null ? null : `${by.role} ${by.target}`];
};

test('each rule names itself and the binding it goes by', async () => {
  const viewer = binding('viewer', { kind: 'network', network: 'default' });
  const deployer = binding('deployer', { kind: 'app', appId: 'app_1' });
  assert.deepEqual(await ask('logs.read', { grants: [viewer] }), [true, 'binding', 'viewer network/default']);
  assert.deepEqual(await ask('app.deploy', { grants: [viewer, deployer] }), [
    true,
    'binding',
    'deployer app/shop',
  ]);
  assert.deepEqual(await ask('app.deploy', { grants: [viewer] }), [
    false,
    'role-lacks-verb',
    'viewer network/default',
  ]);
  assert.deepEqual(await ask('app.deploy', {}), [false, 'no-role-here', null]);
  const elsewhere = binding('admin', { kind: 'app', appId: 'app_2' });
  assert.deepEqual(await ask('app.read', { grants: [elsewhere] }), [false, 'no-role-here', null]);
});

test('a role that does not hold is named as the reason, and a disabled user has none', async () => {
  const grants = [binding('deployer', { kind: 'app', appId: 'app_1' })];
  assert.deepEqual(await ask('app.deploy', { grants, isolated: false }), [
    false,
    'not-isolated',
    'deployer app/shop',
  ]);
  const everywhere = [binding('deployer', { kind: 'platform' })];
  assert.deepEqual(await ask('app.deploy', { grants: everywhere, isolated: false }), [
    true,
    'binding',
    'deployer platform',
  ]);
  const user = { ...bob, disabledAt: createdAt };
  assert.deepEqual(await ask('app.read', { grants: everywhere, user }), [false, 'user-disabled', null]);
});

test('tokens of oneself are one’s own business, unless one is a program', async () => {
  const target: Target = { kind: 'user', id: bob.id, user: 'bob' };
  assert.deepEqual(await ask('tokens.create', { target }), [true, 'self', null]);
  assert.deepEqual(await ask('users.manage', { target }), [false, 'no-role-here', null]);
  const user = { ...bob, kind: 'service' } as const;
  assert.deepEqual(await ask('tokens.create', { target, user }), [false, 'no-role-here', null]);
  assert.deepEqual(await ask('tokens.revoke', { target, user }), [true, 'self', null]);
});
