import { type Role, roles, type Verb } from '@rig-ops/contract/access';
import type { Decision } from '@rig-ops/contract/resources';
import type { AppStore } from '../apps/app-store.ts';
import type { Binding } from './binding-store.ts';
import { allows, decide } from './decide.ts';
import { holds } from './holds.ts';
import { nameScope } from './name-scope.ts';
import { nameTarget, type Target } from './target.ts';
import type { UserRecord } from './user-store.ts';

export interface ExplainOptions {
  readonly user: UserRecord;
  /** Every role, also those that do not hold. */
  readonly grants: readonly Binding[];
  readonly verb: Verb;
  readonly target: Target;
  readonly isolated: boolean;
  readonly apps: Pick<AppStore, 'getById'>;
}

/** Roles that allow a verb, the narrowest first. */
export const rolesAllowing = (verb: Verb): Role[] =>
  (Object.keys(roles) as Role[]).filter((role) => allows(role, verb));

/** Whether somebody may do something, and by which rule, in words. Decides as requests are decided. */
export async function explain(options: ExplainOptions): Promise<Decision> {
  const { user, grants, verb, target, isolated } = options;
  const about = { user: user.name, verb, target: nameTarget(target), roles: rolesAllowing(verb) };
  if (user.disabledAt !== null) {
    return {
      ...about,
      allowed: false,
      rule: 'user-disabled',
      reason: `${user.name} is disabled.`,
      binding: null,
    };
  }
  const subject = { userId: user.id, kind: user.kind };
  const holding = grants.filter((binding) => holds(binding, isolated));
  const decision = decide({ ...subject, grants: holding }, verb, target);
  if (decision.rule === 'self') {
    return {
      ...about,
      allowed: true,
      rule: 'self',
      reason: 'Everybody may do that with their own.',
      binding: null,
    };
  }
  // What would have been, were every role to hold.
  const pretended = decide({ ...subject, grants }, verb, target);
  if (!decision.allowed && pretended.allowed && pretended.rule === 'binding') {
    const binding = await toBinding(pretended.by, options);
    const reason = `${user.name} is ${binding.role} on ${binding.target}, which does not hold: apps here are isolated neither from one another nor from the platform.`;
    return { ...about, allowed: false, rule: 'not-isolated', reason, binding };
  }
  if (decision.rule === 'no-role-here') {
    const reason = `${user.name} has no role that reaches ${about.target}.`;
    return { ...about, allowed: false, rule: 'no-role-here', reason, binding: null };
  }
  const binding = await toBinding(decision.by, options);
  const reason = decision.allowed
    ? `${user.name} is ${binding.role} on ${binding.target}, which allows ${verb}.`
    : `${user.name} is ${binding.role} on ${binding.target}, which does not allow ${verb}.`;
  return { ...about, allowed: decision.allowed, rule: decision.rule, reason, binding };
}

async function toBinding(
  { role, scope }: Binding,
  { apps, target }: ExplainOptions,
): Promise<{ role: Role; target: string }> {
  return { role, target: (await nameScope(scope, apps)) ?? nameTarget(target) };
}
