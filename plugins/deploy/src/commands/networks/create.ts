import { Args } from '@oclif/core';
import type { Network } from '@rig-ops/contract/resources';
import { RigCommand } from '@rig-ops/kit';
import { describeIsolation } from '../../logic/describe-isolation.ts';

export default class NetworksCreateCommand extends RigCommand {
  static override summary = 'Create a network.';
  static override description =
    'Apps of one network find one another, by RIG_<APP>_URL in their environment, and apps of others are not told where they are. Roles can be given at it: `rig access grant USER ROLE network/NAME`.';
  static override examples = ['<%= config.bin %> <%= command.id %> staging'];
  static override args = {
    name: Args.string({
      required: true,
      description: 'Lower-case letters, digits and hyphens, starting with a letter.',
    }),
  };

  override async run(): Promise<Network> {
    const { args } = await this.parse(NetworksCreateCommand);
    const network = await this.rig.call('createNetwork', {
      body: { name: args.name },
      signal: this.signal,
    });
    this.ui.print(`Created the network ${network.name}`);
    this.ui.note(describeIsolation(network));
    this.ui.note(`\`rig deploy --network ${network.name}\` deploys a new app into it.`);
    return network;
  }
}
