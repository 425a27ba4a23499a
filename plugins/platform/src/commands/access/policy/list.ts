import type { AccessPolicyAt } from '@rig-ops/contract/resources';
import { RigCommand, tableFlags } from '@rig-ops/kit';
import { rulesOf } from '../../../logic/policy/describe-policy.ts';

export default class AccessPolicyListCommand extends RigCommand {
  static override summary = 'List the policies that were set.';
  static override examples = ['<%= config.bin %> <%= command.id %>'];
  static override flags = { ...tableFlags };

  override async run(): Promise<{ policies: AccessPolicyAt[] }> {
    await this.parse(AccessPolicyListCommand);
    const answer = await this.rig.call('listAccessPolicies', { signal: this.signal });
    this.ui.table(
      answer.policies.map(({ target, policy, updatedAt, updatedBy }) => ({
        target,
        rules: [...rulesOf(policy).keys()].join(', '),
        by: updatedBy,
        at: updatedAt,
      })),
      [
        { key: 'target', header: 'TARGET' },
        { key: 'rules', header: 'RULES' },
        { key: 'by', header: 'SET BY' },
        { key: 'at', header: 'AT' },
      ],
      { empty: 'No policy is set; `rig access policy set` sets one.' },
    );
    return answer;
  }
}
