import type { AccessPolicy, AccessPolicyView } from '@rig-ops/contract/resources';
import type { Ui } from '@rig-ops/kit';
import { formatRelativeTime, sanitise } from '@rig-ops/kit/text';
import { caveatsOf, rulesOf } from './describe-policy.ts';

const WIDTH = 'recording'.length;

/** Prints the rules of a policy. */
function showRules(ui: Ui, policy: AccessPolicy): void {
  for (const [rule, said] of rulesOf(policy)) {
    ui.print(`  ${ui.style('dim', rule.padEnd(WIDTH))}  ${sanitise(said.join(', '))}`);
  }
}

/** Prints a policy with those that hold beside it, and what they do not keep out. */
export function showPolicy(ui: Ui, view: AccessPolicyView): void {
  const { target, policy, updatedAt, updatedBy, inherited } = view;
  const since = updatedAt === null ? '' : ` (${formatRelativeTime(updatedAt)}, by ${updatedBy})`;
  if (rulesOf(policy).size === 0) ui.print(`The policy of ${target} asks nothing${since}.`);
  else {
    ui.print(`Policy of ${target}${since}:`);
    showRules(ui, policy);
  }
  for (const other of inherited) {
    ui.print(`And of ${other.target}, which holds here too; the stricter of each rule wins:`);
    showRules(ui, other.policy);
  }
  const caveats = new Set([policy, ...inherited.map((other) => other.policy)].flatMap(caveatsOf));
  for (const caveat of caveats) ui.note(caveat);
}
