import { Args, Flags } from '@oclif/core';
import { RigError } from '@rig-ops/contract/errors';
import { RigCommand } from '@rig-ops/kit';

export default class NetworksDestroyCommand extends RigCommand {
  static override summary = 'Remove a network without apps.';
  static override description =
    'The roles that were given at it go with it; another network of the name begins without any.';
  static override examples = ['<%= config.bin %> <%= command.id %> staging --yes'];
  static override args = {
    name: Args.string({ required: true, description: 'Name of the network.' }),
  };
  static override flags = {
    yes: Flags.boolean({ char: 'y', description: 'Do not ask.' }),
    abandon: Flags.boolean({
      description:
        'Of a network that was destroyed before, leave what is left of it on its cluster, as where that is gone for good.',
    }),
  };

  override async run(): Promise<{ destroyed: string }> {
    const { args, flags } = await this.parse(NetworksDestroyCommand);
    const params = { network: args.name };
    if (!flags.yes && !flags.abandon) {
      await this.rig.call('getNetwork', { params, signal: this.signal });
      if (!(await this.ui.confirm(`Remove the network ${args.name}, and the roles given at it?`)))
        throw new RigError('interrupted', 'Nothing was removed.');
    }
    const query = flags.abandon ? { abandon: '1' as const } : {};
    await this.rig.call('destroyNetwork', { params, query, signal: this.signal });
    this.ui.print(`Removed the network ${args.name}`);
    return { destroyed: args.name };
  }
}
