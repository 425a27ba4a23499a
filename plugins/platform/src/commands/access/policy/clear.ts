import { Args } from '@oclif/core';
import { RigCommand } from '@rig-ops/kit';
import { type PolicyChange, setPolicy } from '../../../logic/policy/set-policy.ts';

export default class AccessPolicyClearCommand extends RigCommand {
  static override summary = 'Take every rule of a policy back.';
  static override description = 'Policies of what the target is in go on to hold.';
  static override examples = ['<%= config.bin %> <%= command.id %> app/shop'];
  static override args = {
    target: Args.string({ required: true, description: 'platform, network/NAME or app/NAME.' }),
  };

  override async run(): Promise<PolicyChange> {
    const { args } = await this.parse(AccessPolicyClearCommand);
    const { rig, signal, ui } = this;
    return await setPolicy({ rig, target: args.target, change: () => ({}), plan: false, ui, signal });
  }
}
