import { Args } from '@oclif/core';
import type { AccessPolicyView } from '@rig-ops/contract/resources';
import { RigCommand } from '@rig-ops/kit';
import { showPolicy } from '../../../logic/policy/show-policy.ts';

export default class AccessPolicyShowCommand extends RigCommand {
  static override summary = 'Show what is asked of shells, commands, forwards and copies.';
  static override description =
    'The policies of the platform, the network and the app hold together: each has to let a session in, and of what they ask the stricter counts.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> app/shop',
    {
      description: 'Keep it in a file, to be changed and set again',
      command: '<%= config.bin %> <%= command.id %> network/production -o json > policy.json',
    },
  ];
  static override args = {
    target: Args.string({ required: true, description: 'platform, network/NAME or app/NAME.' }),
  };

  override async run(): Promise<AccessPolicyView> {
    const { args } = await this.parse(AccessPolicyShowCommand);
    const query = { target: args.target };
    const view = await this.rig.call('getAccessPolicy', { query, signal: this.signal });
    showPolicy(this.ui, view);
    return view;
  }
}
