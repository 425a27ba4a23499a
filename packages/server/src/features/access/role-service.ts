import { type Role, roles, rolesThatRunCode, type Verb } from '@rig-ops/contract/access';
import { RigError } from '@rig-ops/contract/errors';
import type { Binding as BindingResource, Decision } from '@rig-ops/contract/resources';
import { type Clock, timestampOf } from '../../clock.ts';
import { newId } from '../../ids.ts';
import type { AppStore } from '../apps/app-store.ts';
import type { AccessChanges } from './access-changes.ts';
import { maySee } from './authorizer.ts';
import type { Binding, BindingStore } from './binding-store.ts';
import type { Caller } from './caller.ts';
import { decide, type Scope, type Subject } from './decide.ts';
import { explain } from './explain.ts';
import { holds } from './holds.ts';
import { nameScope } from './name-scope.ts';
import { resolveTarget } from './resolve-target.ts';
import { nameTarget, type Target } from './target.ts';
import type { TargetDirectory } from './target-directory.ts';
import type { UserRecord, UserStore } from './user-store.ts';

export interface RoleServiceDeps {
  readonly users: UserStore;
  readonly bindings: BindingStore;
  readonly apps: Pick<AppStore, 'getById'>;
  readonly directory: TargetDirectory;
  readonly ownerId: string;
  /** Whether apps are isolated from one another and from rigd. */
  readonly capabilities: { readonly isolated: boolean };
  readonly changes: AccessChanges;
  readonly clock: Clock;
}

const scopeOf = (target: Target): Scope => {
  if (target.kind === 'app') return { kind: 'app', appId: target.id };
  return target.kind === 'network' ? { kind: 'network', network: target.network } : { kind: 'platform' };
};

/** Gives roles and takes them, and tells what they allow. */
export class RoleService {
  readonly #deps: RoleServiceDeps;

  constructor(deps: RoleServiceDeps) {
    this.#deps = deps;
  }

  /** @throws RigError `role_not_isolated`, a `…_not_found` */
  async grant(user: UserRecord, role: Role, targetName: string, by: string): Promise<BindingResource> {
    const { bindings, capabilities, changes, clock } = this.#deps;
    const target = await this.#find(targetName);
    const scope = scopeOf(target);
    if (!holds({ role, scope }, capabilities.isolated)) throw notIsolated(role, nameTarget(target));
    const binding: Binding = {
      id: newId('bnd'),
      userId: user.id,
      role,
      scope,
      createdAt: timestampOf(clock),
      createdBy: by,
    };
    if (await bindings.add(binding)) {
      changes.tell(user.id);
      return toResource(binding, user.name, nameTarget(target), true);
    }
    const all = await this.list({ user: user.name, target: nameTarget(target) }, undefined);
    return all.find((each) => each.role === role) ?? toResource(binding, user.name, nameTarget(target), true);
  }

  /** @throws RigError `binding_not_found`, `owner_stays_admin`, a `…_not_found` */
  async revoke(user: UserRecord, role: Role, targetName: string): Promise<void> {
    const { bindings, changes, ownerId } = this.#deps;
    const target = await this.#find(targetName);
    if (user.id === ownerId && role === 'admin' && target.kind === 'platform') {
      throw new RigError(
        'owner_stays_admin',
        `The platform belongs to ${user.name}, who stays its administrator.`,
      );
    }
    if (!(await bindings.remove(user.id, { role, scope: scopeOf(target) }))) {
      throw new RigError('binding_not_found', `${user.name} is not ${role} on ${nameTarget(target)}.`);
    }
    changes.tell(user.id);
  }

  /** Of those that were asked for, the ones that `caller` may see; all without a caller. */
  async list(
    { user: userName, target }: { user?: string; target?: string },
    caller: Caller | undefined,
  ): Promise<BindingResource[]> {
    const { apps, bindings, users } = this.#deps;
    const names = new Map<string, string | undefined>();
    const nameOf = async (id: string) => {
      if (!names.has(id)) names.set(id, (await users.getById(id))?.name);
      return names.get(id);
    };
    const shown: BindingResource[] = [];
    for (const binding of await bindings.listAll()) {
      const name = await nameOf(binding.userId);
      const app = binding.scope.kind === 'app' ? await apps.getById(binding.scope.appId) : undefined;
      const at = await nameScope(binding.scope, { getById: async () => app });
      if (name === undefined || at === undefined) continue;
      if ((userName ?? name) !== name || (target ?? at) !== at) continue;
      if (caller !== undefined && !seesBinding(caller, binding, app)) continue;
      shown.push(toResource(binding, name, at, holds(binding, this.#deps.capabilities.isolated)));
    }
    return shown;
  }

  /** @throws RigError a `…_not_found`, also where `caller` may not know that the target is there */
  async explain(user: UserRecord, verb: Verb, targetName: string, caller: Caller): Promise<Decision> {
    const { apps, bindings, capabilities, directory } = this.#deps;
    const { isolated } = capabilities;
    const { target, unknown } = await resolveTarget('target', { target: targetName }, directory);
    if (!maySee(caller, target)) throw unknown();
    return explain({ user, grants: await bindings.listOf(user.id), verb, target, isolated, apps });
  }

  async #find(name: string): Promise<Target> {
    return (await resolveTarget('target', { target: name }, this.#deps.directory)).target;
  }
}

function seesBinding(
  caller: Subject & { userId: string },
  { userId, scope }: Binding,
  app: { id: string; name: string; network: string } | undefined,
): boolean {
  if (userId === caller.userId) return true;
  let target: Target = { kind: 'platform' };
  if (scope.kind === 'network') target = scope;
  if (app !== undefined) target = { kind: 'app', id: app.id, app: app.name, network: app.network };
  return decide(caller, 'access.read', target).allowed;
}

const toResource = (
  { role, createdAt, createdBy }: Binding,
  user: string,
  target: string,
  active: boolean,
): BindingResource => ({ user, role, target, active, createdAt, createdBy });

const notIsolated = (role: Role, target: string) =>
  new RigError(
    'role_not_isolated',
    `${role} on ${target} would not end there: on this platform apps are isolated neither from one another nor from the platform.`,
    {
      details: {
        role,
        target,
        roles: (Object.keys(roles) as Role[]).filter((each) => !rolesThatRunCode.includes(each)),
      },
    },
  );
