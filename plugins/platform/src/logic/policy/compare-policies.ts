import type { AccessPolicy } from '@rig-ops/contract/resources';
import type { Ui } from '@rig-ops/kit';
import { sanitise } from '@rig-ops/kit/text';
import { rulesOf } from './describe-policy.ts';

/** What is different about one rule. */
export interface RuleChange {
  rule: string;
  change: 'added' | 'changed' | 'removed';
  before: string[];
  after: string[];
}

/** Compares two policies, rule by rule. */
export function comparePolicies(before: AccessPolicy, after: AccessPolicy): RuleChange[] {
  const [old, next] = [rulesOf(before), rulesOf(after)];
  return [...new Set([...old.keys(), ...next.keys()])].flatMap((rule) => {
    const [was, is] = [old.get(rule), next.get(rule)];
    if (JSON.stringify(was) === JSON.stringify(is)) return [];
    const change = was === undefined ? 'added' : is === undefined ? 'removed' : 'changed';
    return [{ rule, change, before: was ?? [], after: is ?? [] } as const];
  });
}

const signs = { added: '+', changed: '~', removed: '-' } as const;
const kinds = { added: 'good', changed: 'warn', removed: 'bad' } as const;

/** A line for each change; of long lists what is new and what has gone. */
export function showChanges(ui: Ui, changes: readonly RuleChange[]): void {
  for (const { rule, change, before, after } of changes) {
    const gone = before.filter((each) => !after.includes(each));
    const fresh = after.filter((each) => !before.includes(each));
    const text =
      change === 'changed' && before.length + after.length > 2
        ? [...gone.map((each) => `- ${each}`), ...fresh.map((each) => `+ ${each}`)].join(', ')
        : [before.join(', '), after.join(', ')].filter((each) => each !== '').join(' → ');
    ui.print(`  ${ui.style(kinds[change], signs[change])} ${sanitise(`${rule}: ${text}`)}`);
  }
}
