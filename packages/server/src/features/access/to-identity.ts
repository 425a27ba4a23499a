import { type Role, roles } from '@rig-ops/contract/access';
import type { Identity } from '@rig-ops/contract/resources';
import type { AppStore } from '../apps/app-store.ts';
import type { Caller } from './caller.ts';
import { nameScope } from './name-scope.ts';

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
