import { type Role, roles, type Verb } from '@rig-ops/contract/access';
import type { Target } from './target.ts';

/** Where a role holds. */
export type Scope =
  | { readonly kind: 'platform' }
  | { readonly kind: 'network'; readonly network: string }
  | { readonly kind: 'app'; readonly appId: string };

/** A role at a place; all that a decision knows of somebody, beside who they are. */
export interface Grant {
  readonly role: Role;
  readonly scope: Scope;
}

export type Rule<G extends Grant = Grant> =
  | { readonly allowed: true; readonly rule: 'binding'; readonly by: G }
  | { readonly allowed: true; readonly rule: 'self' }
  | { readonly allowed: false; readonly rule: 'role-lacks-verb'; readonly by: G }
  | { readonly allowed: false; readonly rule: 'no-role-here' };

export interface Subject<G extends Grant = Grant> {
  readonly userId: string;
  readonly kind: 'user' | 'service';
  readonly grants: readonly G[];
}

const SELF_VERBS: ReadonlySet<Verb> = new Set([
  'users.read',
  'tokens.read',
  'tokens.create',
  'tokens.revoke',
]);

const isOwnBusiness = (subject: Subject, verb: Verb, target: Target): boolean =>
  target.kind === 'user' &&
  target.id === subject.userId &&
  SELF_VERBS.has(verb) &&
  // A program that could renew its own token would keep for ever what it was lent.
  !(verb === 'tokens.create' && subject.kind === 'service');

/** Whether what holds at a scope holds at a target. The platform covers everything, a network its apps. */
function covers(scope: Scope, target: Target): boolean {
  if (scope.kind === 'platform') return true;
  if (scope.kind === 'network') {
    return (target.kind === 'network' || target.kind === 'app') && target.network === scope.network;
  }
  return target.kind === 'app' && target.id === scope.appId;
}

/** The roles that somebody has at a target, by whatever binding. */
export const rolesAt = ({ grants }: Subject, target: Target): Role[] =>
  grants.filter(({ scope }) => covers(scope, target)).map(({ role }) => role);

export const allows = (role: Role, verb: Verb): boolean =>
  (roles[role] as readonly Verb[] | undefined)?.includes(verb) === true;

/**
 * Whether somebody may do something, and by which rule. Depends on its arguments alone; what no rule allows
 * is refused.
 */
export function decide<G extends Grant>(subject: Subject<G>, verb: Verb, target: Target): Rule<G> {
  if (isOwnBusiness(subject, verb, target)) return { allowed: true, rule: 'self' };
  const here = subject.grants.filter(({ scope }) => covers(scope, target));
  const by = here.find(({ role }) => allows(role, verb));
  if (by !== undefined) return { allowed: true, rule: 'binding', by };
  const [lacking] = here;
  return lacking === undefined
    ? { allowed: false, rule: 'no-role-here' }
    : { allowed: false, rule: 'role-lacks-verb', by: lacking };
}

/** Where a verb is allowed: everywhere, or in these networks and apps. */
export type Reach =
  | { readonly everywhere: true }
  | {
      readonly everywhere: false;
      readonly networks: ReadonlySet<string>;
      /** Ids. */
      readonly apps: ReadonlySet<string>;
    };

/** What {@link decide} allows, for a list that is to hold nothing else. */
export function reachOf(subject: Subject, verb: Verb): Reach {
  const scopes = subject.grants.filter(({ role }) => allows(role, verb)).map(({ scope }) => scope);
  if (scopes.some(({ kind }) => kind === 'platform')) return { everywhere: true };
  return {
    everywhere: false,
    networks: new Set(scopes.flatMap((scope) => (scope.kind === 'network' ? [scope.network] : []))),
    apps: new Set(scopes.flatMap((scope) => (scope.kind === 'app' ? [scope.appId] : []))),
  };
}

/** Whether an app is within reach. */
export function reaches(reach: Reach, app: { readonly id: string; readonly network: string }): boolean {
  return reach.everywhere || reach.networks.has(app.network) || reach.apps.has(app.id);
}
