import type { RouteHandlers } from '../../http/route-handlers.ts';
import type { AppStore } from '../apps/app-store.ts';
import type { Caller } from './caller.ts';
import type { RoleService } from './role-service.ts';
import { toIdentity } from './to-identity.ts';
import type { TokenService } from './token-service.ts';
import type { UserService } from './user-service.ts';

export interface AccessRoutesDeps {
  readonly apps: Pick<AppStore, 'getById'>;
  readonly users: UserService;
  readonly tokens: TokenService;
  readonly roles: RoleService;
}

/** `me` is the caller. */
const meant = (user: string, identity: Caller): string => (user === 'me' ? identity.user : user);

export function routesOfAccess({
  apps,
  users,
  tokens,
  roles,
}: AccessRoutesDeps): Pick<
  RouteHandlers,
  | 'whoami'
  | 'listUsers'
  | 'createUser'
  | 'getUser'
  | 'disableUser'
  | 'enableUser'
  | 'removeUser'
  | 'listTokens'
  | 'createToken'
  | 'revokeToken'
  | 'listBindings'
  | 'grantRole'
  | 'revokeRole'
  | 'explainAccess'
> {
  return {
    whoami: ({ identity }) => toIdentity(identity, apps),
    async listUsers({ query }) {
      const { items, nextCursor } = await users.list(query);
      return { users: items, nextCursor };
    },
    createUser: ({ body, identity }) => users.create(body.name, body.kind, identity.user),
    async getUser({ params, identity }) {
      const user = await users.get(meant(params.user, identity));
      return { ...user, bindings: await roles.list({ user: user.name }, identity) };
    },
    disableUser: ({ params, identity }) => users.setDisabled(meant(params.user, identity), true),
    enableUser: ({ params, identity }) => users.setDisabled(meant(params.user, identity), false),
    async removeUser({ params, identity }) {
      await users.remove(meant(params.user, identity));
      return { done: true };
    },
    async listTokens({ params, identity }) {
      return { tokens: await tokens.list(await users.require(meant(params.user, identity))) };
    },
    async createToken({ params, body, identity }) {
      return tokens.create(await users.require(meant(params.user, identity)), body, identity.user);
    },
    async revokeToken({ params }) {
      await tokens.revoke(params.token);
      return { done: true };
    },
    listBindings: async ({ query, identity }) => ({ bindings: await roles.list(query, identity) }),
    grantRole: async ({ body, identity }) =>
      roles.grant(await users.require(meant(body.user, identity)), body.role, body.target, identity.user),
    async revokeRole({ body, identity }) {
      await roles.revoke(await users.require(meant(body.user, identity)), body.role, body.target);
      return { done: true };
    },
    explainAccess: async ({ query, identity }) =>
      roles.explain(await users.require(meant(query.user, identity)), query.verb, query.target, identity),
  };
}
