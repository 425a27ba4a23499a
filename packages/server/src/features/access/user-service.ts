import { RigError } from '@rig-ops/contract/errors';
import type { User } from '@rig-ops/contract/resources';
import { type Clock, timestampOf } from '../../clock.ts';
import { newId } from '../../ids.ts';
import type { Page, PageQuery } from '../../store/page.ts';
import type { AccessChanges } from './access-changes.ts';
import type { TokenStore } from './token-store.ts';
import type { UserRecord, UserStore } from './user-store.ts';

/** Names that mean something else where users are named. */
const RESERVED: ReadonlySet<string> = new Set(['me', 'anyone', 'anonymous', 'unknown', 'platform', 'rigd']);

export interface UserServiceDeps {
  readonly users: UserStore;
  readonly tokens: TokenStore;
  readonly ownerId: string;
  readonly changes: AccessChanges;
  readonly clock: Clock;
}

/** Creates, shows and changes users and service accounts. */
export class UserService {
  readonly #deps: UserServiceDeps;

  constructor(deps: UserServiceDeps) {
    this.#deps = deps;
  }

  /** @throws RigError `user_exists`, `invalid_input` */
  async create(name: string, kind: UserRecord['kind'], createdBy: string): Promise<User> {
    if (RESERVED.has(name)) {
      throw new RigError('invalid_input', `${name} cannot be the name of a user.`, {
        hint: 'Choose another name.',
      });
    }
    const { clock, users } = this.#deps;
    const createdAt = timestampOf(clock);
    const user: UserRecord = { id: newId('usr'), name, kind, createdAt, createdBy, disabledAt: null };
    await users.create(user);
    return this.#toUser(user, null);
  }

  /** @throws RigError `user_not_found` */
  async require(name: string): Promise<UserRecord> {
    const user = await this.#deps.users.get(name);
    if (user === undefined) throw new RigError('user_not_found', `There is no user named ${name}.`);
    return user;
  }

  /** @throws RigError `user_not_found` */
  async get(name: string): Promise<User> {
    const user = await this.require(name);
    const lastUsed = await this.#deps.tokens.lastUsed([user.id]);
    return this.#toUser(user, lastUsed.get(user.id) ?? null);
  }

  async list(query: PageQuery): Promise<Page<User>> {
    const { items, nextCursor } = await this.#deps.users.list(query);
    const lastUsed = await this.#deps.tokens.lastUsed(items.map(({ id }) => id));
    return { items: items.map((user) => this.#toUser(user, lastUsed.get(user.id) ?? null)), nextCursor };
  }

  /** @throws RigError `user_not_found`, `owner_stays_admin` */
  async setDisabled(name: string, disabled: boolean): Promise<User> {
    const { changes, clock, users } = this.#deps;
    const user = await this.require(name);
    if (disabled) this.#refuseOwner(user);
    if (disabled !== (user.disabledAt !== null)) {
      await users.setDisabled(user.id, disabled ? timestampOf(clock) : null);
      changes.tell(user.id);
    }
    return this.get(name);
  }

  /** @throws RigError `user_not_found`, `owner_stays_admin` */
  async remove(name: string): Promise<void> {
    const user = await this.require(name);
    this.#refuseOwner(user);
    await this.#deps.users.remove(user.id);
    this.#deps.changes.tell(user.id);
  }

  /** So there is always somebody who may let others in. */
  #refuseOwner({ id, name }: UserRecord): void {
    if (id !== this.#deps.ownerId) return;
    throw new RigError('owner_stays_admin', `The platform belongs to ${name}, who cannot be shut out of it.`);
  }

  #toUser({ id, name, kind, createdAt, createdBy, disabledAt }: UserRecord, lastUsedAt: string | null): User {
    const owner = id === this.#deps.ownerId;
    return { id, name, kind, owner, disabled: disabledAt !== null, createdAt, createdBy, lastUsedAt };
  }
}
