import { type Role, roles } from '@rig-ops/contract/access';
import type { Identity } from '@rig-ops/contract/resources';
import type { AppStore } from '../apps/app-store.ts';
import type { Caller } from './caller.ts';
import type { Scope } from './decide.ts';

/** A scope as it is told; undefined where its app is being destroyed. */
async function nameScope(scope: Scope, apps: Pick<AppStore, 'getById'>): Promise<string | undefined> {
  if (scope.kind === 'platform') return 'platform';
  if (scope.kind === 'network') return `network/${scope.network}`;
  const app = await apps.getById(scope.appId);
  return app && `app/${app.name}`;
}

/** What somebody is told about themselves. */
export async function toIdentity(caller: Caller, apps: Pick<AppStore, 'getById'>): Promise<Identity> {
  const bindings = await Promise.all(
    caller.grants.map(async ({ role, scope }) => {
      const target = await nameScope(scope, apps);
      return target === undefined ? [] : [{ role, target }];
    }),
  );
  return {
    user: caller.user,
    kind: caller.kind,
    role: widestRole(caller) ?? 'none',
    bindings: bindings.flat(),
    token: caller.token,
  };
}

const widestRole = ({ grants }: Caller): Role | undefined =>
  (Object.keys(roles) as Role[]).findLast((role) =>
    grants.some((grant) => grant.role === role && grant.scope.kind === 'platform'),
  );
