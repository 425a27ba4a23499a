import { Flags } from '@oclif/core';
import type { Binding } from '@rig-ops/contract/resources';
import { RigCommand } from '@rig-ops/kit';
import { showBindings } from '../../logic/show-bindings.ts';

export default class AccessListCommand extends RigCommand {
  static override summary = 'Show who has which role where.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --on app/shop',
  ];
  static override flags = {
    user: Flags.string({ helpValue: 'USER', description: 'Only roles of this user.' }),
    on: Flags.string({
      helpValue: 'TARGET',
      description: 'Only roles bound there: platform, network/NAME or app/NAME.',
    }),
  };

  override async run(): Promise<{ bindings: Binding[] }> {
    const { flags } = await this.parse(AccessListCommand);
    const query = {
      ...(flags.user === undefined ? {} : { user: flags.user }),
      ...(flags.on === undefined ? {} : { target: flags.on }),
    };
    const answer = await this.rig.call('listBindings', { query, signal: this.signal });
    if (answer.bindings.length === 0) this.ui.note('No roles; `rig access grant` gives one.');
    else showBindings(this.ui, answer.bindings);
    return answer;
  }
}
