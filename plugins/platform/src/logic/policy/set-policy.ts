import type { AccessPolicy, AccessPolicyView } from '@rig-ops/contract/resources';
import type { RigClient, Ui } from '@rig-ops/kit';
import { comparePolicies, type RuleChange, showChanges } from './compare-policies.ts';
import { caveatsOf } from './describe-policy.ts';

export interface PolicyChange {
  target: string;
  changed: boolean;
  changes: RuleChange[];
  policy: AccessPolicy;
  revision: number;
}

export interface SetPolicyOptions {
  readonly rig: Pick<RigClient, 'call'>;
  readonly target: string;
  /** Makes the new policy of the old one. */
  readonly change: (before: AccessPolicy) => AccessPolicy;
  /** Only say what would change. */
  readonly plan: boolean;
  readonly ui: Ui;
  readonly signal: AbortSignal;
}

/** Sets a policy, unless somebody else did since it was read, and shows what is different. */
export async function setPolicy({
  rig,
  target,
  change,
  plan,
  ui,
  signal,
}: SetPolicyOptions): Promise<PolicyChange> {
  const before = await rig.call('getAccessPolicy', { query: { target }, signal });
  const policy = change(before.policy);
  const changes = comparePolicies(before.policy, policy);
  const { revision } = before;
  if (changes.length === 0) {
    ui.print(`The policy of ${before.target} stays as it is.`);
    return { target: before.target, changed: false, changes, policy: before.policy, revision };
  }
  if (plan) {
    ui.print(`The policy of ${before.target} would change:`);
    showChanges(ui, changes);
    return { target: before.target, changed: false, changes, policy, revision };
  }
  const after: AccessPolicyView = await rig.call('setAccessPolicy', {
    body: { target, policy, revision },
    signal,
  });
  ui.print(`Set the policy of ${after.target}:`);
  showChanges(ui, changes);
  for (const caveat of caveatsOf(after.policy)) ui.note(caveat);
  return { target: after.target, changed: true, changes, policy: after.policy, revision: after.revision };
}
