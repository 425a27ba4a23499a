import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { BindingStore } from '../binding-store.ts';
import type { TokenRecord, TokenStore } from '../token-store.ts';
import type { UserRecord, UserStore } from '../user-store.ts';

export interface AccessStores {
  readonly users: UserStore;
  readonly tokens: TokenStore;
  readonly bindings: BindingStore;
}

const at = '2026-01-02T03:04:05.678Z';
const later = '2026-01-03T03:04:05.678Z';
const user = (name: string): UserRecord => ({
  id: `usr_${name}`,
  name,
  kind: 'user',
  createdAt: at,
  createdBy: 'ann',
  disabledAt: null,
});
const token = (id: string, more: Partial<TokenRecord> = {}): TokenRecord => ({
  id,
  userId: 'usr_bob',
  name: 'laptop',
  hint: 'rig_abcd',
  createdAt: at,
  createdBy: 'ann',
  expiresAt: null,
  lastUsedAt: null,
  revokedAt: null,
  ...more,
});
const binding = (id: string, userId = 'usr_bob') => ({ id, userId, createdAt: at, createdBy: 'ann' });

/** What stores of users, tokens and bindings do together. `make` gives fresh, empty ones that know the app `app_1`. */
export function accessStoreContract(name: string, make: () => Promise<AccessStores>): void {
  describe(`${name} as stores of access`, () => {
    it('keep users by name and id, once each, also of two at once', async () => {
      const { users } = await make();
      const outcomes = await Promise.allSettled([
        users.create(user('bob')),
        users.create({ ...user('bob'), id: 'usr_second' }),
      ]);
      assert.deepEqual(outcomes.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
      await assert.rejects(users.create({ ...user('bob'), id: 'usr_third' }), { code: 'user_exists' });
      const bob = await users.get('bob');
      assert.deepEqual(await users.getById(bob?.id ?? ''), bob);
      assert.equal(await users.get('eve'), undefined);
    });

    it('list users by name, page by page, and disable them', async () => {
      const { users } = await make();
      for (const each of ['c', 'a', 'b']) await users.create(user(each));
      const first = await users.list({ limit: 2 });
      assert.deepEqual(
        first.items.map((item) => item.name),
        ['a', 'b'],
      );
      const second = await users.list({ cursor: first.nextCursor ?? '' });
      assert.deepEqual(
        second.items.map((item) => item.name),
        ['c'],
      );
      assert.equal(second.nextCursor, null);
      await users.setDisabled('usr_a', later);
      assert.equal((await users.get('a'))?.disabledAt, later);
      await users.setDisabled('usr_a', null);
      assert.equal((await users.get('a'))?.disabledAt, null);
    });

    it('find tokens by hash and revoke each once, also of two at once', async () => {
      const { users, tokens } = await make();
      await users.create(user('bob'));
      await tokens.create(token('tok_1'), 'hash-1');
      assert.deepEqual(await tokens.findByHash('hash-1'), token('tok_1'));
      assert.equal(await tokens.findByHash('hash-2'), undefined);
      const revoked = await Promise.all([tokens.revoke('tok_1', later), tokens.revoke('tok_1', at)]);
      assert.equal(revoked.filter(Boolean).length, 1);
      assert.notEqual((await tokens.get('tok_1'))?.revokedAt, null);
      assert.equal(await tokens.revoke('tok_none', at), false);
      await assert.rejects(tokens.create(token('tok_2', { userId: 'usr_none' }), 'hash-3'), {
        code: 'user_not_found',
      });
    });

    it('know when tokens were used and forget those that ended long ago', async () => {
      const { users, tokens } = await make();
      await users.create(user('bob'));
      await tokens.create(token('tok_1'), '1');
      await tokens.create(token('tok_2', { expiresAt: at, createdAt: later }), '2');
      await tokens.create(token('tok_3', { revokedAt: at }), '3');
      assert.equal((await tokens.lastUsed(['usr_bob'])).size, 0);
      await tokens.noteUse('tok_1', at);
      await tokens.noteUse('tok_2', later);
      assert.equal((await tokens.lastUsed(['usr_bob', 'usr_none'])).get('usr_bob'), later);
      assert.equal((await tokens.listOf('usr_bob'))[0]?.id, 'tok_2');
      await tokens.purge(later);
      assert.deepEqual(
        (await tokens.listOf('usr_bob')).map(({ id }) => id),
        ['tok_1'],
      );
    });

    it('keep each role at each place once', async () => {
      const { users, bindings } = await make();
      await users.create(user('bob'));
      const scopes = [
        { kind: 'platform' },
        { kind: 'network', network: 'default' },
        { kind: 'app', appId: 'app_1' },
      ] as const;
      for (const [index, scope] of scopes.entries()) {
        const grant = { role: 'viewer', scope } as const;
        assert.equal(await bindings.add({ ...binding(`bnd_${index}`), ...grant }), true);
        assert.equal(await bindings.add({ ...binding(`bnd_${index}_again`), ...grant }), false);
      }
      const kept = await bindings.listOf('usr_bob');
      assert.deepEqual(new Set(kept.map(({ scope }) => scope)), new Set(scopes));
      assert.equal(await bindings.remove('usr_bob', { role: 'viewer', scope: scopes[1] }), true);
      assert.equal(await bindings.remove('usr_bob', { role: 'viewer', scope: scopes[1] }), false);
      assert.equal(await bindings.remove('usr_bob', { role: 'admin', scope: scopes[0] }), false);
      assert.equal((await bindings.listAll()).length, 2);
    });

    it('forget with a user all that is its own', async () => {
      const { users, tokens, bindings } = await make();
      await users.create(user('bob'));
      await tokens.create(token('tok_1'), 'hash-1');
      const grant = { role: 'admin', scope: { kind: 'platform' } } as const;
      await bindings.add({ ...binding('bnd_1'), ...grant });
      assert.equal(await users.remove('usr_bob'), true);
      assert.equal(await users.remove('usr_bob'), false);
      assert.equal(await tokens.findByHash('hash-1'), undefined);
      assert.deepEqual(await bindings.listAll(), []);
      await assert.rejects(bindings.add({ ...binding('bnd_2'), ...grant }), { code: 'user_not_found' });
    });
  });
}
