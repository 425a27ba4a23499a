import { Args } from '@oclif/core';
import type { NetworkDetails } from '@rig-ops/contract/resources';
import { RigCommand } from '@rig-ops/kit';
import { formatRelativeTime } from '@rig-ops/kit/text';
import { describeEngine } from '../../logic/describe-engine.ts';
import { describeIsolation } from '../../logic/describe-isolation.ts';
import { showFields } from '../../logic/show-fields.ts';

export default class NetworksInfoCommand extends RigCommand {
  static override summary = 'Show one network and its apps.';
  static override examples = ['<%= config.bin %> <%= command.id %> staging'];
  static override args = {
    name: Args.string({ required: true, description: 'Name of the network.' }),
  };

  override async run(): Promise<NetworkDetails> {
    const { args } = await this.parse(NetworksInfoCommand);
    const network = await this.rig.call('getNetwork', {
      params: { network: args.name },
      signal: this.signal,
    });
    showFields(this.ui, {
      Network: network.name,
      Engine: describeEngine(network),
      ...(network.problem === undefined
        ? {}
        : { Problem: `${network.problem.message} ${network.problem.fix}` }),
      Apps: network.members.length === 0 ? 'none' : network.members.join(', '),
      Created: formatRelativeTime(network.createdAt),
      By: network.createdBy,
    });
    this.ui.note(describeIsolation(network));
    return network;
  }
}
