import { Args } from '@oclif/core';
import { removeContext } from '@rig-ops/client/contexts';
import { RigCommand } from '@rig-ops/kit';

export default class ContextRemove extends RigCommand {
  static override description = 'Forget a platform and its token.';
  static override examples = ['<%= config.bin %> <%= command.id %> staging'];
  static override rigAuth = 'none' as const;
  static override args = { name: Args.string({ required: true, description: 'Name of the context.' }) };

  override async run() {
    const { args } = await this.parse(ContextRemove);
    await removeContext(this.rigHome, args.name);
    this.ui.print(`Removed the context ${args.name}.`);
    return { removed: args.name };
  }
}
