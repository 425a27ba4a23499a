import { RigError } from '@rig-ops/contract/errors';
import { decodeCursor, limitOf, type Page, type PageQuery, pageOf } from '../../../store/page.ts';
import type { Binding, BindingStore } from '../binding-store.ts';
import type { Grant, Scope } from '../decide.ts';
import type { TokenRecord, TokenStore } from '../token-store.ts';
import type { UserRecord, UserStore } from '../user-store.ts';

const keyOf = (userId: string, { role, scope }: Grant): string =>
  JSON.stringify([userId, role, ordered(scope)]);
const ordered = (scope: Scope): unknown[] => [
  scope.kind,
  scope.kind === 'network' ? scope.network : null,
  scope.kind === 'app' ? scope.appId : null,
];

/** Users, tokens and bindings in memory. Removing a user removes what is its own. */
export class FakeAccessStores {
  readonly #users = new Map<string, UserRecord>();
  readonly #tokens = new Map<string, { record: TokenRecord; hash: string }>();
  readonly #bindings = new Map<string, Binding>();

  readonly users: UserStore = {
    create: async (user) => {
      if ([...this.#users.values()].some(({ name }) => name === user.name)) {
        throw new RigError('user_exists', `There is a user named ${user.name} already.`);
      }
      this.#users.set(user.id, user);
    },
    get: async (name) => [...this.#users.values()].find((user) => user.name === name),
    getById: async (id) => this.#users.get(id),
    list: async (query: PageQuery): Promise<Page<UserRecord>> => {
      const after = query.cursor === undefined ? '' : decodeCursor(query.cursor, 'string');
      const users = [...this.#users.values()]
        .filter(({ name }) => name > after)
        .toSorted((left, right) => (left.name < right.name ? -1 : 1));
      return pageOf(users, limitOf(query), ({ name }) => name);
    },
    setDisabled: async (id, disabledAt) => {
      const user = this.#users.get(id);
      if (user !== undefined) this.#users.set(id, { ...user, disabledAt });
    },
    remove: async (id) => {
      for (const [key, { record }] of this.#tokens) if (record.userId === id) this.#tokens.delete(key);
      for (const [key, { userId }] of this.#bindings) if (userId === id) this.#bindings.delete(key);
      return this.#users.delete(id);
    },
  };

  readonly tokens: TokenStore = {
    create: async (record, hash) => {
      this.#requireUser(record.userId);
      this.#tokens.set(record.id, { record, hash });
    },
    findByHash: async (hash) => [...this.#tokens.values()].find((token) => token.hash === hash)?.record,
    get: async (id) => this.#tokens.get(id)?.record,
    listOf: async (userId) =>
      [...this.#tokens.values()]
        .map(({ record }) => record)
        .filter((record) => record.userId === userId)
        .toSorted((left, right) => right.createdAt.localeCompare(left.createdAt)),
    lastUsed: async (userIds) => {
      const used = new Map<string, string>();
      for (const { record } of this.#tokens.values()) {
        if (record.lastUsedAt === null || !userIds.includes(record.userId)) continue;
        if (record.lastUsedAt > (used.get(record.userId) ?? '')) used.set(record.userId, record.lastUsedAt);
      }
      return used;
    },
    revoke: async (id, revokedAt) => {
      const token = this.#tokens.get(id);
      if (token === undefined || token.record.revokedAt !== null) return false;
      this.#tokens.set(id, { ...token, record: { ...token.record, revokedAt } });
      return true;
    },
    noteUse: async (id, lastUsedAt) => {
      const token = this.#tokens.get(id);
      if (token !== undefined) this.#tokens.set(id, { ...token, record: { ...token.record, lastUsedAt } });
    },
    purge: async (before) => {
      for (const [key, { record }] of this.#tokens) {
        const ended = [record.revokedAt, record.expiresAt].some((at) => at !== null && at < before);
        if (ended) this.#tokens.delete(key);
      }
    },
  };

  readonly bindings: BindingStore = {
    add: async (binding) => {
      this.#requireUser(binding.userId);
      const key = keyOf(binding.userId, binding);
      if (this.#bindings.has(key)) return false;
      this.#bindings.set(key, binding);
      return true;
    },
    remove: async (userId, grant) => this.#bindings.delete(keyOf(userId, grant)),
    listOf: async (userId) => [...this.#bindings.values()].filter((binding) => binding.userId === userId),
    listAll: async () => [...this.#bindings.values()],
  };

  #requireUser(id: string): void {
    if (!this.#users.has(id)) throw new RigError('user_not_found', 'The user has been removed meanwhile.');
  }
}
